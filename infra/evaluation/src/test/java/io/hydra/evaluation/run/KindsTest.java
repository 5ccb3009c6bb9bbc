package io.hydra.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.model.encoder.Encoder;
import io.hydra.schemas.redis.HistoryItem;
import java.util.List;
import org.junit.jupiter.api.Test;

class KindsTest {
  /** A text's place: its number of letters, beside an axis on which all are alike. */
  private static final Encoder LENGTHS =
      new Encoder() {
        @Override
        public int dimensions() {
          return 2;
        }

        @Override
        public float[][] encode(List<String> texts) {
          return texts.stream().map(t -> new float[] {t.length(), 7}).toArray(float[][]::new);
        }

        @Override
        public void close() {}
      };

  private static LampUser user(String id, String... inputs) {
    List<HistoryItem> profile =
        List.of(inputs).stream().map(i -> new HistoryItem(id + i, 1, i, "3")).toList();
    return new LampUser(id, profile, "q", "3");
  }

  @Test
  void eachKindIsMeasuredByABaseOfTheOther() {
    List<LampUser> base = List.of(user("a", "x", "xx"), user("b", "xxxxxxxx"), user("c", "xxx"));
    List<LampUser> measured = List.of(user("d", "xxxxxxx", "xxxxxx"), user("e", "xx"));
    List<Round> rounds = Kinds.exchange(new Round("all", base, measured, "llm"), LENGTHS);
    assertThat(rounds).extracting(Round::llmModel).containsOnly("llm");
    assertThat(rounds.stream().map(r -> ids(r.base()) + ids(r.measured())))
        .containsExactlyInAnyOrder("ac" + "d", "b" + "e");
  }

  @Test
  void withoutMeaningThereAreNoKinds() {
    assertThatThrownBy(() -> Kinds.exchange(new Round("all", List.of(), List.of(), "llm"), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--other-kind");
  }

  private static String ids(List<LampUser> users) {
    return String.join("", users.stream().map(LampUser::id).toList());
  }
}
