package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.datasets.lamp.LampFolds;
import io.hydra.datasets.lamp.LampHalves;
import io.hydra.datasets.lamp.LampReader;
import io.hydra.datasets.lamp.LampSplit;
import io.hydra.datasets.lamp.LampUser;
import io.hydra.infra.cli.EvaluateCommand.EvaluationPriors;
import io.hydra.infra.output.Json;
import io.hydra.infra.training.SampleGenerator;
import io.hydra.schemas.redis.HistoryItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationPriorsTest {
  @TempDir Path dir;
  private Path sample;
  private LampSplit train;
  private LampSplit dev;

  @BeforeEach
  void makeASample() {
    sample = dir.resolve("sample");
    new SampleGenerator(3, 9, 4).write(sample);
    train = LampReader.read(sample, "train");
    dev = LampReader.read(sample, "dev");
  }

  @Test
  void withoutFoldsItIsTheHalfOfTheTrainingUsersThatTheBaseDoesNotLearnFrom() throws IOException {
    Map<String, Path> files = EvaluationPriors.write(sample, 0, false, dir.resolve("priors"));
    assertThat(files).containsOnlyKeys("");
    assertThat(lines(files.get(""))).isEqualTo(items(LampHalves.forLlm(train)));
  }

  @Test
  void withFoldsEachHasUsersWhomItsRoundNeitherMeasuresNorLearnsFrom() throws IOException {
    List<LampUser> all = new ArrayList<>(train.users());
    all.addAll(dev.users());
    List<LampFolds.Fold> folds = LampFolds.of(all, 3);

    Map<String, Path> files = EvaluationPriors.write(sample, 3, false, dir.resolve("priors"));

    assertThat(files.keySet()).containsExactly("f1", "f2", "f3");
    assertThat(files.values()).doesNotHaveDuplicates();
    for (int i = 0; i < 3; i++) {
      List<String> learnt = lines(files.get("f" + (i + 1)));
      assertThat(learnt).isEqualTo(items(folds.get(i).llm())).isNotEmpty();
    }
  }

  @Test
  void aStrongOneHasLearntFromAllWhoAreNotMeasured() throws IOException {
    List<String> alone = lines(EvaluationPriors.write(sample, 0, true, dir.resolve("a")).get(""));
    assertThat(alone).isEqualTo(items(train.users()));
    List<LampUser> all = new ArrayList<>(train.users());
    all.addAll(dev.users());
    LampFolds.Fold first = LampFolds.of(all, 3).get(0);
    List<LampUser> others = new ArrayList<>(first.llm());
    others.addAll(first.base());

    Map<String, Path> files = EvaluationPriors.write(sample, 3, true, dir.resolve("b"));

    assertThat(lines(files.get("f1"))).isEqualTo(items(others));
  }

  @Test
  void eachLineNamesItsTaskAndNobody() throws IOException {
    Path file = EvaluationPriors.write(sample, 0, false, dir.resolve("priors")).get("");
    for (String line : Files.readAllLines(file)) {
      JsonNode object = Json.parse(line, JsonNode.class);
      assertThat(object.path("task").asText()).isEqualTo(train.taskId());
      assertThat(object.fieldNames()).toIterable().containsExactly("task", "input", "output");
    }
  }

  @Test
  void foldsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> EvaluationPriors.write(sample, 1, false, dir))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 folds of 13 users");
  }

  private static List<String> items(Collection<LampUser> users) {
    List<String> items = new ArrayList<>();
    for (LampUser user : users) {
      for (HistoryItem item : user.profile()) {
        items.add(item.input() + " -> " + item.output());
      }
    }
    return items;
  }

  private static List<String> lines(Path file) throws IOException {
    List<String> items = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode object = Json.parse(line, JsonNode.class);
      items.add(object.path("input").asText() + " -> " + object.path("output").asText());
    }
    return items;
  }
}
