package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.time.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentTest {
  private final ManualTime time = new ManualTime();
  private final Recent<String, String> recent = new Recent<>(time::nanos, 10, String::length);

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
  void whatIsTakenOutMakesRoom() {
    recent.write("a", none -> "12345");
    recent.write("b", none -> "12345");
    recent.write("b", old -> null);
    recent.removeIf(entry -> entry.getKey().equals("a"));
    recent.write("c", none -> "12345");
    recent.write("d", none -> "12345");

    assertThat(recent.find("a")).isEmpty();
    assertThat(recent.find("c")).isPresent();
    assertThat(recent.find("d")).isPresent();
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
