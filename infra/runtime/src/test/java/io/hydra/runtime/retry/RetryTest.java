package io.hydra.runtime.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RetryTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Outage.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<Duration> slept = new ArrayList<>();
  private Duration time = Duration.ZERO;
  private final Outage outage = new Outage("Redis", () -> time.toNanos());
  private final Retry retry =
      new Retry(
          outage,
          IOException.class::isInstance,
          new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5), () -> 0.5),
          duration -> {
            slept.add(duration);
            time = time.plus(duration);
          });

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(log);
  }

  @Test
  void anOutageOfMoreThanTenMinutesIsWaitedForAndLoggedAtEitherEnd() throws Exception {
    String result =
        retry.call(
            () -> {
              if (time.compareTo(Duration.ofMinutes(11)) < 0) {
                throw new IOException("connection refused");
              }
              return "done";
            });

    assertThat(result).isEqualTo("done");
    assertThat(slept).allMatch(pause -> pause.compareTo(Duration.ofSeconds(5)) <= 0);
    assertThat(outage.isOpen()).isFalse();
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            began ->
                assertThat(began)
                    .isEqualTo(
                        "Redis is unavailable, will retry until it is back: connection refused"),
            ended -> assertThat(ended).startsWith("Redis is available again after 66"));
  }

  @Test
  void theReasonIsLoggedInPlaceOfTheMessage() throws Exception {
    int[] failures = {1};
    int unused =
        new Retry(
                outage,
                IOException.class::isInstance,
                e -> "no answer",
                new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5), () -> 0.5),
                slept::add)
            .call(
                () -> {
                  if (failures[0]-- > 0) {
                    throw new IOException("a user's key");
                  }
                  return 0;
                });

    assertThat(log.list.get(0).getFormattedMessage())
        .endsWith("no answer")
        .doesNotContain("a user's key");
  }

  @Test
  void pausesStartShortAgainAtTheNextOutage() throws Exception {
    for (int outages = 0; outages < 2; outages++) {
      int[] failures = {3};
      int unused =
          retry.call(
              () -> {
                if (failures[0]-- > 0) {
                  throw new IOException("away");
                }
                return 0;
              });
    }

    assertThat(slept).hasSize(6);
    assertThat(slept.subList(3, 6)).isEqualTo(slept.subList(0, 3));
  }

  @Test
  void anOutageEndsForWhoeverGivesUp() {
    Retry impatient =
        new Retry(
            outage,
            e -> slept.size() < 2,
            Backoff.between(Duration.ofMillis(50), Duration.ofSeconds(5)),
            slept::add);
    assertThatThrownBy(
            () ->
                impatient.run(
                    () -> {
                      throw new IOException("connection refused");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(slept).hasSize(2);
    assertThat(outage.isOpen()).isFalse();
    assertThat(Outages.ofProcess().isOpen("Redis")).isFalse();
  }

  /** Another thread's, which still waits. */
  @Test
  void anOutageStaysOpenAtAFailureOfSomethingElse() {
    outage.began("connection refused");
    assertThatThrownBy(
            () ->
                retry.run(
                    () -> {
                      throw new IllegalStateException("a defect");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(outage.isOpen()).isTrue();
    outage.abandon();
  }

  @Test
  void anyOtherFailureIsThrownAtOnce() {
    assertThatThrownBy(
            () ->
                retry.call(
                    () -> {
                      throw new IllegalStateException("a defect");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(slept).isEmpty();
    assertThat(log.list).isEmpty();
  }
}
