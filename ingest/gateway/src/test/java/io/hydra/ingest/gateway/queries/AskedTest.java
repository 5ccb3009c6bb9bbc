package io.hydra.ingest.gateway.queries;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hydra.schemas.user.UserKey;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AskedTest {
  @Test
  void theNewestQueriesAreKnownHoweverManyWereAsked() {
    Asked asked = new Asked(Ticker.disabledTicker());
    int last = 2 * Asked.MAX_QUERIES;
    for (int i = 0; i <= last; i++) {
      asked.add(new UserKey("shop", "u" + i), "q" + i, "LaMP_3", new CompletableFuture<>());
      assertThat(asked.owner("shop", "q" + i)).isPresent();
    }
    assertThat(asked.response(new UserKey("shop", "u" + last), "q" + last)).isPresent();
    assertThat(asked.owner("shop", "q" + (last - Asked.MAX_QUERIES + 1))).isPresent();
    assertThat(asked.owner("shop", "q" + (last - Asked.MAX_QUERIES))).isEmpty();
  }
}
