package io.hydra.trainer.head;

import static io.hydra.trainer.head.TrainerDriver.ANN;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.PersonalModel;
import io.hydra.model.VerdictWeights;
import io.hydra.model.base.Base;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.redis.History;
import io.hydra.trainer.evidence.EvidenceRules;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heads for two bases at once, and for one after the other. */
class BasesTest {
  private static final String TASK = "LaMP_3";

  @TempDir private Path directory;
  private static PersonalModel old;
  private static PersonalModel next;

  @BeforeAll
  static void train() {
    old = HeadsTopologyTest.trainedModel("b1");
    next = HeadsTopologyTest.trainedModel("b2");
  }

  @AfterAll
  static void close() {
    old.close();
    next.close();
  }

  /** A base whose encoder fails on every text but a plain one. */
  private static PersonalModel failing() {
    return new PersonalModel(
        "failing",
        new Base(
            new Encoder() {
              @Override
              public int dimensions() {
                return 1;
              }

              @Override
              public float[][] encode(List<String> texts) {
                if (!texts.equals(List.of("a plain text"))) {
                  throw new IllegalStateException("odd");
                }
                return new float[1][1];
              }

              @Override
              public void close() {}
            },
            Map.of(),
            Map.of()),
        TaskCatalogue.shipped());
  }

  private TrainerDriver open(String state, PersonalModel... models) throws Exception {
    TrainerDriver driver =
        new TrainerDriver(
            new Bases(List.of(models)),
            new EvidenceRules(old.tasks(), VerdictWeights.DEFAULT, Duration.ofDays(7)),
            TrainerDriver.MEMORY_BYTES,
            TASK,
            Files.createDirectories(directory.resolve(state)));
    driver.histories.put(ANN, new History(3, HeadsTopologyTest.reviews(3, "good", "5")));
    return driver;
  }

  private static List<String> versions(UserHeads heads) {
    return heads.getTasks().stream().map(TaskHeads::getBaseVersion).toList();
  }

  @Test
  void headsAreKeptUpForBothBasesInOneRecord() throws Exception {
    try (TrainerDriver both = open("both", old, next)) {
      both.request(3);
      UserHeads heads = both.heads().get(0).orElseThrow();
      assertThat(versions(heads)).containsExactly("b1", "b2");
      assertThat(both.reads).isEqualTo(1);
      both.request(3);
      assertThat(both.heads()).isEmpty();
    }
  }

  @Test
  void aBaseThatJoinsAsksForItsHeadsWithTheNextRequestThatTheOthersWouldSkip() throws Exception {
    try (TrainerDriver alone = open("joins", old)) {
      alone.request(3);
      assertThat(versions(alone.heads().get(0).orElseThrow())).containsExactly("b1");
      UserHeads known = alone.storedHeads().orElseThrow();
      Bases both = new Bases(List.of(old, next));
      assertThat(both.areUpToDate(known, TASK, 3, 0)).isFalse();
      assertThat(new Bases(List.of(old)).areUpToDate(known, TASK, 3, 0)).isTrue();
      assertThat(versions(both.with(known, ANN, List.of(row("b2"), row("b1")))))
          .containsExactly("b1", "b2");
    }
  }

  private static TaskHeads row(String base) {
    return TaskHeads.newBuilder()
        .setTask(TASK)
        .setBaseVersion(base)
        .setHistoryVersion(3)
        .setUpdatedAt(TrainerDriver.NOW)
        .setHeads(ByteBuffer.allocate(0))
        .build();
  }

  @Test
  void aBaseThatCannotBeFittedCostsTheUserNothing() throws Exception {
    try (TrainerDriver both = open("failing", old, failing())) {
      both.request(3);
      assertThat(versions(both.heads().get(0).orElseThrow())).containsExactly("b1");
      assertThat(both.metrics.scrape()).contains("hydra_trainer_unfitted_total 1.0");
    }
  }

  @Test
  void aTaskThatTheNextBaseAloneHasIsFittedToIt() throws Exception {
    TaskCatalogue shipped = TaskCatalogue.shipped();
    TaskCatalogue without =
        TaskCatalogue.parse(
            "tasks:\n- {id: other, instruction: Say it, metric: ROUGE}\n", "a test");
    PersonalModel first =
        new PersonalModel("first", new Base(old.encoder(), Map.of(), Map.of()), without);
    try (TrainerDriver both = open("tasks", first, next)) {
      both.request(3);
      assertThat(versions(both.heads().get(0).orElseThrow())).containsExactly("b2");
    }
    assertThat(new Bases(List.of(first, next)).tasks().ids())
        .contains("other")
        .containsAll(shipped.ids());
  }

  @Test
  void headsAreNamedByTaskAndBase() {
    assertThat(new Bases(List.of(old, next)).headNames()).contains("LaMP_3:b1", "LaMP_3:b2");
  }
}
