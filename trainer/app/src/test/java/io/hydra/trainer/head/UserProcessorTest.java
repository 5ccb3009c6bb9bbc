package io.hydra.trainer.head;

import static io.hydra.trainer.head.TrainerDriver.ANN;
import static io.hydra.trainer.head.TrainerDriver.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.VerdictWeights;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.schemas.user.UserKey;
import io.hydra.trainer.evidence.EvidenceRules;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class UserProcessorTest {
  private static final Duration WINDOW = Duration.ofDays(2);
  private static final TaskCatalogue CATALOGUE =
      TaskCatalogue.parse(
          """
          tasks:
            - {id: tags, instruction: Tag it., options: [a, b], metric: ACCURACY, retrieved: 5,
               used: 2, candidates: 3, temperature: 1.0, maxTokens: 8}
          """,
          "test");

  private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();
  private final TrainerMetrics metrics = new TrainerMetrics(new Metrics());
  private final HistoryReader histories = new Forgotten();
  private final HeadUpdateProcessor requests =
      new HeadUpdateProcessor(
          new HeadsProcessor.Parts(
              new Bases(List.of()),
              histories,
              Dependencies.endless(),
              new RefusedLetters.Limit(),
              metrics,
              null,
              null),
          null);
  private final UserProcessor users =
      new UserProcessor(
          new EvidenceRules(CATALOGUE, VerdictWeights.DEFAULT, WINDOW),
          TrainerDriver.MEMORY_BYTES,
          histories,
          metrics,
          requests);
  private int forgotten;

  private final class Forgotten implements HistoryReader {
    @Override
    public Read read(UserKey user, TaskSpec task) {
      throw new AssertionError("no history is needed here");
    }

    @Override
    public void forgetAll() {
      forgotten++;
    }
  }

  UserProcessorTest() {
    for (String name : List.of(HeadsTopology.STORE, HeadsTopology.EVIDENCE_STORE)) {
      KeyValueStore<String, byte[]> store =
          Stores.keyValueStoreBuilder(
                  Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
              .withLoggingDisabled()
              .build();
      store.init(context.getStateStoreContext(), store);
      context.addStateStore(store);
    }
  }

  /** As after a transaction that timed out: nothing closes what was scheduled before. */
  @Test
  void aTaskThatBeginsAgainRemovesOutdatedEvidenceFromItsMemoryToo() throws Exception {
    users.init(context);
    var unused = requests.evidence(ANN).show(TrainerDriver.exposure("tags", "q1", NOW));
    users.init(context);
    assertThat(requests.evidence(ANN).task("q1")).hasValue("tags");

    long later = NOW.plus(WINDOW).plus(Duration.ofHours(2)).toEpochMilli();
    scheduled().forEach(one -> one.getPunctuator().punctuate(later));
    assertThat(requests.evidence(ANN).task("q1")).isEmpty();
    assertThat(scheduled()).hasSize(1);
  }

  @Test
  void aTaskThatGoesLeavesNothingBehind() {
    users.init(context);
    users.close();
    assertThat(scheduled()).isEmpty();
    assertThat(forgotten).isEqualTo(1);
  }

  private List<CapturedPunctuator> scheduled() {
    return context.scheduledPunctuators().stream().filter(one -> !one.cancelled()).toList();
  }
}
