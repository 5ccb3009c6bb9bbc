package io.hydra.stream.writer;

import static io.hydra.schemas.store.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.trace.TraceReceiver;
import io.hydra.runtime.trace.TraceReceiver.Seen;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.event.UserEvent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class HistoryWriterTraceTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String APP = "00f067aa0ba902b7";

  @Test
  void anEventOfATraceIsASpanFromKafkaToItsHistoryAndOneOfNoneIsNone() throws Exception {
    try (TraceReceiver receiver = new TraceReceiver()) {
      String endpoint = receiver.endpoint();
      OneInputStreamOperatorTestHarness<UserEvent, HistoryVersion> harness =
          new OneInputStreamOperatorTestHarness<>(
              new HistoryWriter.Factory(
                  HistoryWriterMetricsTest.ObedientStore::new,
                  BatchSettings.DEFAULT,
                  () -> Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)));
      harness.open();
      harness.setProcessingTime(5_000);
      harness.processElement(event(new RecordHeaders()), 1);
      harness.processElement(
          event(
              new RecordHeaders()
                  .add("traceparent", utf8("00-" + TRACE + "-" + APP + "-01"))
                  .add("other", null)),
          1);
      harness.prepareSnapshotPreBarrier(1);
      harness.close();

      assertThat(receiver.await(1)).hasSize(1);
      Seen span = receiver.spans().get(0);
      assertThat(span.service()).isEqualTo("hydra-stream-processor");
      assertThat(span.name()).isEqualTo("process hydra.events");
      assertThat(span.traceId()).isEqualTo(TRACE);
      assertThat(span.parentId()).isEqualTo(APP);
      assertThat(span.nanos()).isEqualTo(1_000_000_000L);
      assertThat(span.attributes())
          .containsEntry("messaging.kafka.offset", "7")
          .doesNotContainValue("ann");
    }
  }

  /** Published at 4 s. */
  private static UserEvent event(Headers headers) {
    RawRecord raw =
        RawRecord.of(
            new ConsumerRecord<>(
                "hydra.events",
                0,
                7,
                4_000,
                TimestampType.CREATE_TIME,
                8,
                1,
                utf8("acme:ann"),
                utf8("v"),
                headers,
                Optional.empty()));
    return new UserEvent(write("ENTERED", 1), null, raw);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
