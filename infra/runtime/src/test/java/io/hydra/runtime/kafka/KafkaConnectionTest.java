package io.hydra.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.retry.Retry;
import io.hydra.runtime.retry.Retry.Step;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.registry.RegistryUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class KafkaConnectionTest {
  private static final int PAUSES = 3;

  private static KafkaException failureToOpen(String brokers, Map<String, String> properties) {
    KafkaConnection kafka = new KafkaConnection(brokers, "", properties);
    return catchThrowableOfType(
        KafkaException.class, () -> Admin.create(kafka.with(Map.of())).close());
  }

  @Test
  void aBrokerThatIsAwayOrRefusesIsWaitedFor() {
    assertThat(KafkaConnection.isOutage(new TimeoutException("no broker"))).isTrue();
    assertThat(KafkaConnection.isOutage(new SaslAuthenticationException("wrong"))).isTrue();
    assertThat(KafkaConnection.isOutage(new TopicAuthorizationException("t"))).isTrue();
    assertThat(KafkaConnection.isOutage(failureToOpen("nowhere.invalid:9092", Map.of()))).isTrue();
  }

  @Test
  void whatNoWaitingMendsIsNot() {
    assertThat(KafkaConnection.isOutage(new RecordTooLargeException("large"))).isFalse();
    assertThat(
            KafkaConnection.isOutage(
                failureToOpen("localhost:9092", Map.of("security.protocol", "NONE"))))
        .isFalse();
  }

  @Test
  void aTopicThatDoesNotExistIsToldWithTheCommandThatCreatesIt() {
    assertThat(
            KafkaConnection.reason(
                new ExecutionException(new UnknownTopicOrPartitionException("none such"))))
        .contains("hydra topics creates it");
    assertThat(
            KafkaConnection.reason(
                new TimeoutException("Topic hydra.queries not present in metadata after 9 ms.")))
        .startsWith("Topic hydra.queries not present")
        .contains("hydra topics --check");
  }

  @Test
  void aRegistryThatDoesNotAnswerIsNamed() {
    var refused =
        new RegistryUnavailableException(
            "the schema registry does not answer", new ConnectException("Connection refused"));
    assertThat(KafkaConnection.reason(new ExecutionException(refused)))
        .isEqualTo("the schema registry does not answer");
  }

  @Test
  void recordsThatABrokerDoesNotTakeAreToldInKafkasWords() {
    assertThat(
            KafkaConnection.reason(
                new ExecutionException(
                    new TimeoutException(
                        "Expiring 1 record(s) for t-0:9 ms has passed since batch creation"))))
        .contains("(Expiring 1 record(s) for t-0:9 ms", "hydra status")
        .doesNotContain("no Kafka broker answers");
  }

  @Test
  void oneBrokerThatTakesConnectionsIsEnoughAndNoneIsToldByItsAddress() throws IOException {
    try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String both = "127.0.0.1:9,127.0.0.1:" + broker.getLocalPort();
      assertThat(KafkaConnection.open(both, "").requireAnswer()).hasToString(both);
    }
    for (String wrong : List.of("127.0.0.1:9", "nowhere.invalid:9092", "no port")) {
      assertThatThrownBy(KafkaConnection.open(wrong, "")::requireAnswer)
          .isInstanceOf(UserException.class)
          .hasMessageStartingWith("no Kafka broker answers at " + wrong + ": check");
    }
  }

  @Test
  void aBrokerAndARegistryThatAreStartedAgainAreWaitedFor() throws Exception {
    InetSocketAddress broker = free();
    InetSocketAddress registry = free();
    KafkaConnection kafka =
        KafkaConnection.open(
            "127.0.0.1:" + broker.getPort(), "http://127.0.0.1:%d/".formatted(registry.getPort()));
    try (ServerSocket first = new ServerSocket();
        ServerSocket second = new ServerSocket()) {
      Iterator<Step<IOException>> restarts =
          List.<Step<IOException>>of(() -> first.bind(broker), () -> second.bind(registry))
              .iterator();
      Sleeper startsTheNext =
          pause -> {
            try {
              restarts.next().run();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          };
      assertThat(kafka.awaitRestart(patient(startsTheNext))).isSameAs(kafka);
      assertThat(restarts).isExhausted();
    }
    AtomicInteger pauses = new AtomicInteger();
    assertThatThrownBy(() -> kafka.awaitRestart(patient(pause -> pauses.incrementAndGet())))
        .hasMessageStartingWith("no Kafka broker answers at " + kafka);
    assertThat(pauses).hasValue(PAUSES);
  }

  @Test
  void aRegistryThatIsNotStartedAgainIsLeftToWhoeverAsksIt() throws Exception {
    try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      KafkaConnection kafka =
          KafkaConnection.open(
              "127.0.0.1:" + broker.getLocalPort(),
              "http://127.0.0.1:%d/".formatted(free().getPort()));
      assertThat(kafka.awaitRestart(patient(pause -> {}))).isSameAs(kafka);
    }
  }

  /** Gives up after a few pauses. */
  private static Retry patient(Sleeper sleeper) {
    AtomicInteger failures = new AtomicInteger();
    return new Retry(
        new Outage("the fake of KafkaConnectionTest"),
        e -> e instanceof UserException && failures.getAndIncrement() < PAUSES,
        Backoff.between(Duration.ofMillis(1), Duration.ofMillis(2)),
        sleeper);
  }

  /** An address of this machine at which nobody listens. */
  private static InetSocketAddress free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }
  }

  @Test
  void aClusterThatDoesNotAnswerIsToldWithoutTheRequestThatFoundNobody() {
    TimeoutException silence =
        new TimeoutException("Timed out waiting for a node assignment. Call: findAllBrokers");
    assertThat(KafkaConnection.reason(new ExecutionException(new ExecutionException(silence))))
        .startsWith("no Kafka broker answers there: check");
    assertThat(KafkaConnection.reason(new TimeoutException("none answered at b:1: check", silence)))
        .isEqualTo("none answered at b:1: check");
    assertThat(
            KafkaConnection.reason(
                new ExecutionException(new IllegalStateException("not allowed"))))
        .isEqualTo("not allowed");
  }
}
