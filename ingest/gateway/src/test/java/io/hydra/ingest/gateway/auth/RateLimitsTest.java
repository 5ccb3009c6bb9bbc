package io.hydra.ingest.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.config.Sha256;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
  private final ManualTime time = new ManualTime();
  private final RateLimits limits = new RateLimits(2, time::nanos);

  private static ApiKey key(String id, Integer rate) {
    return new ApiKey(id, "shop", Set.of(Role.EVENTS), Sha256.hex(id), rate);
  }

  @Test
  void twoSecondsWorthMayComeAtOnceAndThenTheRate() {
    ApiKey key = key("a", null);
    for (int left = 3; left >= 0; left--) {
      assertThat(limits.take(key)).isEqualTo(new RateLimits.Grant(true, 2, left, 0));
    }
    assertThat(limits.take(key)).isEqualTo(new RateLimits.Grant(false, 2, 0, 1));
    time.advance(Duration.ofMillis(500));
    assertThat(limits.take(key).allowed()).isTrue();
    assertThat(limits.take(key).allowed()).isFalse();
  }

  @Test
  void aKeyHasItsOwnBucketAndItsOwnRate() {
    assertThat(limits.take(key("a", 10)).remaining()).isEqualTo(19);
    assertThat(limits.take(key("b", null)).remaining()).isEqualTo(3);
  }
}
