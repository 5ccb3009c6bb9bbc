package io.hydra.model.feature;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.WordNetwork;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SalienceTest {
  private static final TaskSpec TITLES = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();

  private final BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
  private final EncodedTexts texts = new EncodedTexts(encoder);

  @AfterEach
  void close() {
    texts.close();
    encoder.close();
  }

  /** Titles keep the word "parser" and never the word "we". */
  private static List<HistoryItem> scholar(int number) {
    List<HistoryItem> items = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String input = "We show in this text a parser of kind x%d we like".formatted(i % 3);
      items.add(new HistoryItem(number + "-" + i, i + 1, input, "Parser number " + i));
    }
    return items;
  }

  private Timeline timeline(List<HistoryItem> items) {
    Timeline timeline = new Timeline(texts, Trunk.NONE, null, TITLES);
    timeline.append(items);
    return timeline;
  }

  private Salience train() {
    List<List<HistoryItem>> others = List.of(scholar(1), scholar(2), scholar(3));
    Salience tables = SalienceTrainer.tables(others);
    SalienceTrainer trainer = new SalienceTrainer();
    Timeline timeline = timeline(scholar(4));
    for (int i = 0; i < timeline.size(); i++) {
      trainer.add(tables, timeline.before(i), timeline.item(i).output());
    }
    return tables.withWeights(trainer.fit());
  }

  @Test
  void wordsThatTitlesKeepAreBelieved() {
    Salience.Beliefs beliefs =
        train().beliefs(timeline(List.of()).query("We built a parser for this text"));
    assertThat(beliefs.of("parser")).isGreaterThan(0.7);
    assertThat(beliefs.of("we")).isLessThan(0.2);
    assertThat(beliefs.overlap(List.of("parser", "we", "parser")))
        .isEqualTo(beliefs.of("parser") + beliefs.of("we"));
  }

  @Test
  void aWordOutsideTheInputIsBelievedAsOftenAsTheUserWritesIt() {
    Salience salience = train();
    Situation known = timeline(scholar(5)).query("nothing in common");
    assertThat(salience.beliefs(known).of("number")).isGreaterThan(0.8);
    Situation unknown = timeline(List.of()).query("nothing in common");
    assertThat(salience.beliefs(unknown).of("zebra")).isLessThan(0.1);
  }

  @Test
  void whatWasWrittenBeforeWordsHadContextsIsRead() throws IOException {
    String written = "{\"wordOdds\": \"AA==\", \"outputShares\": \"YA==\", \"weights\": [1]}";
    assertThat(new ObjectMapper().readValue(written, Salience.class).network())
        .isSameAs(WordNetwork.NONE);
  }

  @Test
  void hostileTextsSurvive() {
    Salience salience = train();
    for (String text : List.of("", " ", "\u0000\uD83D", "東京 タワー", "word ".repeat(20_000))) {
      Salience.Beliefs beliefs = salience.beliefs(timeline(scholar(6)).query(text));
      assertThat(beliefs.of("word")).isBetween(0.0, 1.0);
    }
  }
}
