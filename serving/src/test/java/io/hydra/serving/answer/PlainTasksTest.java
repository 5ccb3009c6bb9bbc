package io.hydra.serving.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.CallSaving;
import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.avro.AnswerGain;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.VerdictOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlainTasksTest {
  private static final Duration HALF_DAY = Duration.ofHours(12);

  private final ManualTime time = new ManualTime();
  private final PlainTasks plain = new PlainTasks(time);
  private int queries;

  private void judge(int times, String tenant, double gain, Instant at) {
    for (int i = 0; i < times; i++) {
      AnswerGain told = new AnswerGain("stars", 3L, gain != 0, gain);
      plain.add(
          new VerdictOutcome(tenant, "ann", "e", "q" + queries++, Outcome.JOINED, null, at, told));
    }
  }

  private void judge(int times, double gain) {
    judge(times, "shop", gain, time.instant());
  }

  /** Of so many queries, the share that is answered plainly. */
  private double share(String tenant) {
    int asked = 1000;
    return (double)
            IntStream.range(0, asked).filter(q -> plain.has(tenant, "stars", "q" + q)).count()
        / asked;
  }

  @Test
  void aTaskThatPlainSamplingServesBetterIsServedPlainlyButForAShare() {
    judge(5, -1);
    assertThat(share("shop")).as("not certain yet").isZero();
    judge(50, -1);
    assertThat(share("shop")).isBetween(0.93, 0.97);
    assertThat(share("bank")).as("tenants never meet").isZero();
    assertThat(plain.has("shop", "news", "q1")).isFalse();
  }

  @Test
  void whoGainsAndWhoGainsNothingStayAsTheyWere() {
    judge(500, 0.2);
    assertThat(share("shop")).isZero();
    judge(5_000, "bank", 0, time.instant());
    assertThat(share("bank")).isZero();
  }

  /** The answers of a task that has turned are worse by chance two times in three, or better. */
  @Test
  void theShareThatGoesOnFindsTheWayBack() {
    Random random = new Random(1);
    double right = 1.0 / 3;
    int turned = 0;
    int back = 0;
    for (int hour = 0; hour < 96; hour++) {
      for (int i = 0; i < 100; i++) {
        String query = "h" + hour + "-" + i;
        boolean isPlain = plain.has("shop", "stars", query);
        assertThat(isPlain && CallSaving.isExplored(query)).isFalse();
        judge(1, isPlain ? 0 : random.nextDouble() < right ? 1 : -1);
      }
      if (turned == 0 && share("shop") > 0) {
        turned = hour;
        right = 1;
      } else if (turned > 0 && back == 0 && share("shop") == 0) {
        back = hour;
      }
      time.advance(Duration.ofHours(1));
    }
    assertThat(turned).isPositive();
    assertThat(back).isBetween(turned + 1, turned + 24);
    assertThat(share("shop")).isZero();
  }

  @Test
  void aHalfDayThatLeavesItOpenIsJudgedByTheOneBefore() {
    judge(100, -1);
    time.advance(HALF_DAY);
    judge(3, 1);
    assertThat(share("shop")).isPositive();
    time.advance(HALF_DAY);
    assertThat(share("shop")).as("the last certain one is too old").isZero();
  }

  @Test
  void whatIsReadAgainAfterARestartCountsInItsOwnHalfDay() {
    time.advance(HALF_DAY.multipliedBy(4));
    judge(100, "shop", -1, time.instant().minus(HALF_DAY.multipliedBy(2)));
    assertThat(share("shop")).as("too old").isZero();
    judge(100, "shop", -1, time.instant().minus(HALF_DAY));
    judge(100, "bank", -1, time.instant().minus(HALF_DAY));
    judge(100, "bank", 1, time.instant());
    assertThat(share("shop")).isPositive();
    assertThat(share("bank")).as("what is certain now wins").isZero();
  }
}
