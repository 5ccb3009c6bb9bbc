package io.hydra.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.model.PersonalModel.Fit;
import io.hydra.model.base.Base;
import io.hydra.model.encoder.BrokenEncoderException;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Histories that are valid and meant to hurt. */
class HostileHistoryTest {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
  private static final TaskSpec HEADLINES = TaskCatalogue.shipped().find("LaMP_4").orElseThrow();

  private static PersonalModel model(Encoder encoder) {
    return new PersonalModel("b", new Base(encoder, Map.of(), Map.of()), TaskCatalogue.shipped());
  }

  private static PersonalModel model() {
    return model(BuiltInEncoder.initialize(new EncoderShape(100, 4), 1));
  }

  /** Outputs of the largest size allowed, which share every word and differ in their order. */
  private static List<HistoryItem> longOutputs() {
    List<HistoryItem> items = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      StringBuilder output = new StringBuilder(64_000).append(i);
      for (int j = 0; j < 31_990; j++) {
        output.append(' ').append((char) ('a' + (j * 7 + i) % 16));
      }
      items.add(new HistoryItem("e" + i, i + 1, "x", output.toString()));
    }
    return items;
  }

  @Test
  void veryLongOutputsAreFittedAndAnswered() {
    try (PersonalModel model = model()) {
      List<HistoryItem> items = longOutputs();
      Heads heads = model.fit(HEADLINES, new History(200, items)).heads();
      assertThat(heads.reranker().examples()).isEqualTo(64);
      Reading reading = model.read(HEADLINES, items, "x");
      assertThat(reading.rank(heads)).hasSize(HEADLINES.used());
      List<String> samples = items.subList(0, 8).stream().map(HistoryItem::output).toList();
      assertThat(reading.choose(samples, heads).candidates()).hasSize(8);
    }
  }

  @Test
  void outputsThatAreNoOptionAreCounted() {
    try (PersonalModel model = model()) {
      List<HistoryItem> items =
          List.of(
              new HistoryItem("a", 1, "x", "4"),
              new HistoryItem("b", 2, "x", "lovely"),
              new HistoryItem("c", 3, "x", "7"));
      assertThat(model.fit(STARS, new History(3, items)))
          .extracting(Fit::items, Fit::unreadable)
          .containsExactly(3, 2);
      assertThat(model.fit(HEADLINES, new History(3, items)).unreadable()).isZero();
    }
  }

  /** Fails on texts with a word in them. */
  private record FailingEncoder(String word) implements Encoder {
    @Override
    public int dimensions() {
      return 1;
    }

    @Override
    public float[][] encode(List<String> texts) {
      if (texts.stream().anyMatch(text -> text.contains(word))) {
        throw new IllegalStateException("cannot encode " + texts);
      }
      return new float[texts.size()][1];
    }

    @Override
    public void close() {}
  }

  @Test
  void anEncoderThatFailsOnAnyTextIsNotTheHistorysFault() {
    try (PersonalModel model = model(new FailingEncoder(""))) {
      History history = new History(1, List.of(new HistoryItem("a", 1, "secret", "4")));
      assertThatExceptionOfType(BrokenEncoderException.class)
          .isThrownBy(() -> model.fit(STARS, history))
          .withMessageNotContaining("secret");
    }
  }

  @Test
  void aHistoryThatCannotBeFittedIsSaidToBeSoWithoutItsTexts() {
    try (PersonalModel model = model(new FailingEncoder("secret"))) {
      History history = new History(1, List.of(new HistoryItem("a", 1, "secret", "4")));
      assertThatExceptionOfType(UnfittableHistoryException.class)
          .isThrownBy(() -> model.fit(STARS, history))
          .withMessageContaining("LaMP_3")
          .withMessageNotContaining("secret");
    }
  }
}
