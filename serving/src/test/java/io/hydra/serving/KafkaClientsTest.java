package io.hydra.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.kafka.KafkaConnection;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

class KafkaClientsTest {
  private static final KafkaConnection NOBODY =
      new KafkaConnection("localhost:1", "http://localhost:1", Map.of());

  @Test
  void noTwoClientsOfWhichMetersAreShownAreNamedAlike() {
    try (Consumer<byte[], byte[]> queries = KafkaClients.consumer(NOBODY);
        Producer<byte[], byte[]> responses = KafkaClients.producer(NOBODY);
        Producer<byte[], byte[]> exposures = KafkaClients.exposuresProducer(NOBODY)) {
      assertThat(clientId(queries.metrics()))
          .isNotEqualTo(clientId(responses.metrics()))
          .isNotEqualTo(clientId(exposures.metrics()));
      assertThat(clientId(responses.metrics())).isNotEqualTo(clientId(exposures.metrics()));
    }
  }

  private static String clientId(Map<MetricName, ? extends Metric> metrics) {
    return metrics.keySet().stream()
        .map(name -> name.tags().get("client-id"))
        .filter(id -> id != null)
        .distinct()
        .reduce(
            (one, other) -> {
              throw new AssertionError(one + " and " + other);
            })
        .orElseThrow();
  }
}
