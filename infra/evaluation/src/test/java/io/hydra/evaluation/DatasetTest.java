package io.hydra.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.run.Round;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
  @TempDir Path dir;

  @BeforeEach
  void makeASample() throws IOException {
    write("train", 0, 9);
    write("dev", 9, 13);
  }

  @Test
  void withoutFoldsTheLlmLearnsFromTheHalfThatTheBaseDoesNotLearnFrom() {
    Dataset dataset = read(0, true, false);
    assertThat(dataset.taught()).containsOnlyKeys("");
    Round round = dataset.rounds().get(0);
    assertThat(ids(dataset.taught().get("")))
        .isNotEmpty()
        .doesNotContainAnyElementsOf(ids(round.base()))
        .doesNotContainAnyElementsOf(ids(round.measured()));
    assertThat(dataset.taught().get("").size() + round.base().size()).isEqualTo(9);
  }

  @Test
  void withFoldsEachHasUsersWhomItsRoundNeitherMeasuresNorLearnsFrom() {
    Dataset dataset = read(3, true, false);
    assertThat(dataset.taught()).containsOnlyKeys("f1", "f2", "f3");
    for (int i = 0; i < 3; i++) {
      Round round = dataset.rounds().get(i);
      assertThat(round.llmModel()).isEqualTo("m-f" + (i + 1));
      assertThat(ids(dataset.taught().get("f" + (i + 1))))
          .isNotEmpty()
          .doesNotContainAnyElementsOf(ids(round.base()))
          .doesNotContainAnyElementsOf(ids(round.measured()));
    }
  }

  @Test
  void aStrongOneLearnsFromAllWhoAreNotMeasured() {
    assertThat(read(0, true, true).taught().get("")).hasSize(9);
    Dataset folds = read(3, true, true);
    List<String> others = ids(folds.taught().get("f1"));
    assertThat(others)
        .containsAll(ids(folds.rounds().get(0).base()))
        .doesNotContainAnyElementsOf(ids(folds.rounds().get(0).measured()))
        .hasSize(13 - folds.rounds().get(0).measured().size());
  }

  @Test
  void aRealLlmLeavesEveryUserToTheBase() {
    assertThat(read(0, false, false).rounds().get(0).base()).hasSize(9);
  }

  @Test
  void foldsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> read(1, true, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 folds of 13 users");
  }

  private Dataset read(int folds, boolean simulated, boolean strong) {
    return Dataset.read(dir, folds, "m-f{fold}", simulated, strong);
  }

  private static List<String> ids(List<LampUser> users) {
    return users.stream().map(LampUser::id).toList();
  }

  private void write(String split, int from, int to) throws IOException {
    Files.writeString(
        dir.resolve(split + "_questions.json"),
        list(
            "[%s]",
            from,
            to,
            """
            {"id":"u%1$d","input":"Pick one. article: A cup.","profile":[
              {"id":"u%1$d-0","title":"T%1$d","text":"X","category":"travel","date":"2020-02-02"}]}
            """));
    Files.writeString(
        dir.resolve(split + "_outputs.json"),
        list(
            "{\"task\":\"LaMP_2\",\"golds\":[%s]}",
            from, to, "{\"id\":\"u%d\",\"output\":\"sports\"}"));
  }

  private static String list(String whole, int from, int to, String each) {
    return whole.formatted(
        IntStream.range(from, to).mapToObj(each::formatted).collect(Collectors.joining(",")));
  }
}
