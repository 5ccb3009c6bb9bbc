package io.hydra.trainer.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.VerdictWeights;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.registry.RegistrySerializer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EvidenceRulesTest {
  private static final Evidence EDITED =
      new Evidence("LaMP_3", EvidenceCodecTest.EXPOSURE, EvidenceCodecTest.VERDICT);

  @BeforeAll
  static void trust() {
    RegistrySerializer.trustRecords();
  }

  private static EvidenceRules rules(String weights) {
    return new EvidenceRules(
        TaskCatalogue.shipped(), VerdictWeights.parse(weights), Duration.ofDays(1));
  }

  @Test
  void aKindOfWeightZeroTeachesNothingAndTheReasonSaysSo() {
    assertThat(rules("").decide(EDITED).outcome()).isEqualTo(Outcome.JOINED);
    assertThat(rules("edited=0").decide(EDITED).outcome()).isEqualTo(Outcome.NO_SIGNAL);
    assertThat(rules("edited=0").decide(EDITED).reason()).contains("weight 0");
    assertThat(rules("edited=0").teaches(EDITED)).isFalse();
  }

  @Test
  void anAnswerOfATaskThatIsGoneTeachesNothingAndIsForgottenForItsAge() {
    Exposure exposure = Exposure.newBuilder(EvidenceCodecTest.EXPOSURE).setTask("gone").build();
    Evidence gone = new Evidence("gone", exposure, EvidenceCodecTest.VERDICT);
    assertThat(rules("").decide(gone).outcome()).isEqualTo(Outcome.NO_SIGNAL);
    assertThat(rules("").decide(gone).reason()).contains("catalogue");
    long later = gone.latest().plus(Duration.ofDays(2)).toEpochMilli();
    assertThat(rules("").isOutdated(gone, later)).isTrue();
    assertThat(rules("").isOutdated(EDITED, later)).isFalse();
  }
}
