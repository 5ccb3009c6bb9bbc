package io.hydra.ingest.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.user.UserKey;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class OutcomesTest {
  @Test
  void theNewestAreKnownHoweverManyWereTold() {
    UserKey ann = new UserKey("shop", "ann");
    Outcomes outcomes = new Outcomes(Ticker.disabledTicker());
    for (int i = 0; i <= 2 * Outcomes.MAX; i++) {
      outcomes.add(
          new VerdictOutcome(
              "shop", "ann", "v" + i, "q" + i, Outcome.JOINED, null, Instant.EPOCH, null));
      assertThat(outcomes.find(ann, "v" + i)).isPresent();
    }
    assertThat(outcomes.find(ann, "v" + (Outcomes.MAX + 1))).isPresent();
    assertThat(outcomes.find(ann, "v" + Outcomes.MAX)).isEmpty();
  }
}
