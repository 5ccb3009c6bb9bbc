package io.hydra.evaluation.paper;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.evaluation.paper.PaperRows.Asked;
import io.hydra.evaluation.paper.PaperRows.Retrieved;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaperRowsTest {
  private static final TaskSpec TAGS = TaskCatalogue.shipped().find("LaMP_2M").orElseThrow();
  private static final TaskSpec TITLES = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();

  private final Numbering encoder = new Numbering();

  /** A text's vector is the number under which it was first seen. */
  private static final class Numbering implements Encoder {
    final List<String> texts = new ArrayList<>();
    int calls;

    @Override
    public int dimensions() {
      return 1;
    }

    @Override
    public float[][] encode(List<String> asked) {
      calls++;
      float[][] vectors = new float[asked.size()][];
      for (int i = 0; i < vectors.length; i++) {
        if (!texts.contains(asked.get(i))) {
          texts.add(asked.get(i));
        }
        vectors[i] = new float[] {texts.indexOf(asked.get(i))};
      }
      return vectors;
    }

    @Override
    public void close() {}

    String text(float[] vector) {
      return texts.get((int) vector[0]);
    }
  }

  private static HistoryItem item(String input, String output) {
    return new HistoryItem(input, 0, input, output);
  }

  private static List<Boolean> labels(List<PaperRow> rows) {
    return rows.stream().map(PaperRow::positive).toList();
  }

  @Test
  void aClosedTasksSamplesArePositiveOnlyIfTheyAreTheUsersOutput() {
    List<PaperRow> rows =
        new PaperRows(TAGS, encoder)
            .adapter(
                List.of(
                    new Asked(
                        "a film",
                        "Dark Comedy",
                        List.of(
                            "comedy", " Dark comedy. ", "action", "dark comedy", "drama", ""))));
    assertThat(labels(rows)).containsExactly(false, true, false, true, false, false);
    int comedy = TAGS.indexOf("comedy");
    int darkComedy = TAGS.indexOf("dark comedy");
    assertThat(rows.stream().map(PaperRow::option).toList())
        .containsExactly(comedy, darkComedy, TAGS.indexOf("action"), darkComedy, -1, -1);
    assertThat(encoder.text(rows.get(1).candidate())).isEqualTo("dark comedy");
    assertThat(encoder.text(rows.get(4).candidate())).isEqualTo("drama");
  }

  @Test
  void comedyIsNoMatchForDarkComedyEitherWayRound() {
    PaperRows tags = new PaperRows(TAGS, encoder);
    assertThat(labels(tags.adapter(List.of(new Asked("q", "comedy", List.of("dark comedy"))))))
        .containsExactly(false);
    assertThat(labels(tags.adapter(List.of(new Asked("q", "dark comedy", List.of("comedy"))))))
        .containsExactly(false);
  }

  @Test
  void aClosedTaskGetsNoRowForTheUsersOwnOutput() {
    List<PaperRow> rows =
        new PaperRows(TAGS, encoder)
            .adapter(List.of(new Asked("q", "action", List.of("comedy", "comedy"))));
    assertThat(labels(rows)).containsExactly(false, false);
    assertThat(encoder.texts).doesNotContain("action");
  }

  @Test
  void openTextSetsTheUsersOwnAgainstAllSamples() {
    List<PaperRow> rows =
        new PaperRows(TITLES, encoder)
            .adapter(
                List.of(
                    new Asked("one", "My own", List.of("\"A sample\"", "My own")),
                    new Asked("two", "Other", List.of("Sample"))));
    assertThat(labels(rows)).containsExactly(false, false, true, false, true);
    assertThat(encoder.text(rows.get(0).candidate())).isEqualTo("A sample");
    assertThat(encoder.text(rows.get(2).candidate())).isEqualTo("My own");
    assertThat(encoder.text(rows.get(4).query())).isEqualTo("two");
    assertThat(encoder.calls).isEqualTo(1);
  }

  @Test
  void aNeighbourIsUsefulForAClosedTaskIfItsOutputIsTheSame() {
    List<PaperRow> rows =
        new PaperRows(TAGS, encoder)
            .reranker(
                List.of(
                    new Retrieved(
                        "q",
                        "comedy",
                        List.of(item("a", "dark comedy"), item("b", "Comedy"), item("c", "x")))));
    assertThat(labels(rows)).containsExactly(false, true, false);
    assertThat(encoder.text(rows.get(1).candidate())).isEqualTo("b");
    assertThat(encoder.texts).containsExactly("q", "a", "b", "c");
  }

  @Test
  void aNeighbourIsUsefulForOpenTextIfItIsCloserThanTheUsersMean() {
    // Closeness: 1, 0 and (2/3 + 2/3) / 2; mean over the user, not over the item: 0.56.
    List<PaperRow> rows =
        new PaperRows(TITLES, encoder)
            .reranker(
                List.of(
                    new Retrieved("q", "red fox", List.of(item("a", "red fox"))),
                    new Retrieved(
                        "r", "old red fox", List.of(item("b", "cat"), item("c", "old fox two")))));
    assertThat(labels(rows)).containsExactly(true, false, true);
  }

  @Test
  void whatIsScoredIsMadeAsWhatIsLearntFrom() {
    PaperRows tags = new PaperRows(TAGS, encoder);
    PaperRow learnt = tags.adapter(List.of(new Asked("q", "action", List.of("Comedy")))).get(0);
    PaperRow scored = tags.candidates("q", List.of("Comedy")).get(0);
    assertThat(scored.query()).isEqualTo(learnt.query());
    assertThat(scored.candidate()).isEqualTo(learnt.candidate());
    assertThat(scored.option()).isEqualTo(learnt.option());
    PaperRow useful = tags.items("q", List.of(item("a", "action"))).get(0);
    assertThat(encoder.text(useful.candidate())).isEqualTo("a");
    assertThat(useful.option()).isEqualTo(-1);
    assertThat(tags.items("q", List.of())).isEmpty();
  }
}
