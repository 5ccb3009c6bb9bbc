package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentTest {
  private static final UserKey ANN = new UserKey("shop", "ann");

  private final ManualTime time = new ManualTime();

  /** Those whose value begins with a 1 are Ann's. */
  private final Recent<String, String> recent =
      new Recent<>(
          time::nanos, 10, String::length, (key, value) -> value.startsWith("1") ? ANN : null);

  @Test
  void theOldestMakeRoomForTheNewest() {
    recent.write("a", none -> "1234");
    recent.write("b", none -> "1234");
    recent.write("a", old -> old + "5");
    recent.write("c", none -> "12");

    assertThat(recent.find("b")).isEmpty();
    assertThat(recent.find("a")).contains("12345");
    assertThat(recent.find("c")).contains("12");
  }

  @Test
  void aWriteTellsWhatItWroteThoughThereIsNoRoom() {
    assertThat(recent.write("a", none -> "123")).isEqualTo("123");
    assertThat(recent.write("a", old -> old + "4")).isEqualTo("1234");
    assertThat(recent.write("a", old -> null)).isNull();
    assertThat(recent.write("a", none -> "x".repeat(11))).hasSize(11);
    assertThat(recent.find("a")).isEmpty();
  }

  @Test
  void whatIsTakenOutMakesRoom() {
    recent.write("a", none -> "12345");
    recent.write("b", none -> "12345");
    recent.write("b", old -> null);
    recent.forget(ANN);
    recent.write("c", none -> "12345");
    recent.write("d", none -> "12345");

    assertThat(recent.find("a")).isEmpty();
    assertThat(recent.find("c")).isPresent();
    assertThat(recent.find("d")).isPresent();
  }

  @Test
  void whatIsAUsersNowIsForgottenAndNothingElse() {
    recent.write("a", none -> "1");
    recent.write("b", none -> "2");
    recent.write("c", none -> "2");
    recent.write("a", old -> "2");
    recent.write("c", old -> "1");
    recent.forget(ANN);

    assertThat(recent.find("a")).isPresent();
    assertThat(recent.find("b")).isPresent();
    assertThat(recent.find("c")).isEmpty();
    recent.forgetAll();
    assertThat(recent.find("a")).isEmpty();
  }

  @Test
  void anEntryGoesAnHourAfterItWasWritten() {
    recent.write("a", none -> "1");
    time.advance(Duration.ofMinutes(59));
    recent.write("b", none -> "1");
    assertThat(recent.find("a")).isPresent();
    time.advance(Duration.ofMinutes(1));
    assertThat(recent.find("a")).isEmpty();
    assertThat(recent.find("b")).isPresent();
  }
}
