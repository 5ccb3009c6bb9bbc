package io.hydra.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.base.Base;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.ItemVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ItemPackingTest {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
  private static final TaskSpec TITLES = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();
  private static final List<HistoryItem> HISTORY =
      List.of(new HistoryItem("a", 1, "good drum", "5"), new HistoryItem("b", 2, "bad drum", "1"));

  /** Counts the texts that it encodes. */
  private static final class Counting implements Encoder {
    private final List<String> encoded = new ArrayList<>();

    @Override
    public int dimensions() {
      return 3;
    }

    @Override
    public float[][] encode(List<String> texts) {
      encoded.addAll(texts);
      return texts.stream()
          .map(text -> new float[] {text.length(), text.hashCode() % 7, 1})
          .toArray(float[][]::new);
    }

    @Override
    public void close() {}
  }

  private final Counting network = new Counting();

  private PersonalModel open(String version) {
    MeaningEncoder meaning = MeaningEncoder.learn(network, List.of("a", "bc", "def"), 2, 1);
    network.encoded.clear();
    return new PersonalModel(
        version,
        new Base(
            BuiltInEncoder.initialize(new EncoderShape(100, 4), 1), meaning, Map.of(), Map.of()),
        TaskCatalogue.shipped());
  }

  private static ItemVectors vectors(PersonalModel model, TaskSpec task, ItemVectors kept) {
    return model.vectors(task, HISTORY, kept).orElseThrow();
  }

  @Test
  void whatIsKeptIsNotEncodedAgain() {
    ItemVectors made;
    try (PersonalModel model = open("b1")) {
      made = vectors(model, STARS, ItemVectors.none("b1"));
      assertThat(network.encoded).containsExactlyInAnyOrder("good drum", "bad drum");
    }
    try (PersonalModel other = open("b1")) {
      ItemVectors again = vectors(other, STARS, made);
      assertThat(network.encoded).isEmpty();
      assertThat(again.missingIn(made)).isEmpty();
      assertThat(again.byEvent().get("a")).hasSize(9).isEqualTo(made.byEvent().get("a"));
      Reading unused = other.read(STARS, HISTORY, made, "a question");
      assertThat(network.encoded).doesNotContain("good drum", "bad drum");
    }
  }

  @Test
  void aVectorOfAnEventsFormerTextIsPassedOverAndReplaced() {
    try (PersonalModel model = open("b1")) {
      ItemVectors made = vectors(model, STARS, ItemVectors.none("b1"));
      List<HistoryItem> changed = List.of(new HistoryItem("a", 3, "another text", "5"));
      ItemVectors now = model.vectors(STARS, changed, made).orElseThrow();
      assertThat(network.encoded).contains("another text");
      assertThat(now.missingIn(made)).containsOnlyKeys("a");
    }
  }

  @Test
  void vectorsOfAnotherLengthArePassedOver() {
    try (PersonalModel model = open("b1")) {
      ItemVectors odd = new ItemVectors("b1", Map.of("a", new byte[5], "b", new byte[0]));
      assertThat(vectors(model, STARS, odd).byEvent().get("a")).hasSize(9);
    }
  }

  @Test
  void openTextHasNothingToKeep() {
    try (PersonalModel model = open("b1")) {
      assertThat(model.vectors(TITLES, HISTORY, ItemVectors.none("b1"))).isEmpty();
      Reading unused = model.read(TITLES, HISTORY, "a question");
      assertThat(network.encoded).isEmpty();
    }
  }

  @Test
  void aBaseWithoutMeaningHasNothingToKeep() {
    Base plain =
        new Base(BuiltInEncoder.initialize(new EncoderShape(100, 4), 1), Map.of(), Map.of());
    try (PersonalModel model = new PersonalModel("b1", plain, TaskCatalogue.shipped())) {
      assertThat(model.vectors(STARS, HISTORY, ItemVectors.none("b1"))).isEmpty();
    }
  }
}
