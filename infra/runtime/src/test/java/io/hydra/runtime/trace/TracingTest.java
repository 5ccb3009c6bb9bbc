package io.hydra.runtime.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.runtime.trace.TraceReceiver.Seen;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.topic.HydraHeaders;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TracingTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String APP = "00f067aa0ba902b7";
  private static final String PARENT = "00-" + TRACE + "-" + APP + "-01";

  private TraceReceiver receiver;

  @BeforeEach
  void start() throws IOException {
    receiver = new TraceReceiver();
  }

  @AfterEach
  void stop() {
    receiver.close();
  }

  private Tracing tracing(String... further) {
    return Tracing.open(
        "serving",
        further.length == 0
            ? Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint())
            : Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint(), further[0], further[1]));
  }

  private static Headers headers(String traceparent) {
    return new RecordHeaders()
        .add(HydraHeaders.TRACEPARENT, HydraHeaders.utf8(traceparent))
        .add(HydraHeaders.CORRELATION_ID, new byte[] {1});
  }

  private Seen seen(String name) {
    return receiver.spans().stream()
        .filter(span -> span.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aRecordIsProcessedAsAPartOfTheTraceThatItNames() throws InterruptedException {
    Headers onward;
    try (Tracing tracing = tracing()) {
      Headers record = headers(PARENT);
      Tracing.Span work = tracing.process("hydra.queries", "g", Tracing.of(record), 1_000);
      onward = work.in(record);
      Tracing.Span call = work.call("chat m").set("gen_ai.usage.input_tokens", 7);
      call.fail("BUSY");
      call.end();
      work.end(3_000);
    }
    assertThat(receiver.await(2)).hasSize(2);
    Seen work = seen("process hydra.queries");
    assertThat(work.service()).isEqualTo("hydra-serving");
    assertThat(work.traceId()).isEqualTo(TRACE);
    assertThat(work.parentId()).isEqualTo(APP);
    assertThat(work.nanos()).isEqualTo(2_000_000_000L);
    assertThat(work.attributes())
        .containsEntry("messaging.system", "kafka")
        .containsEntry("messaging.destination.name", "hydra.queries")
        .containsEntry("messaging.consumer.group.name", "g");
    Seen call = seen("chat m");
    assertThat(call.isChildOf(work)).isTrue();
    assertThat(call.failed()).isTrue();
    assertThat(call.attributes())
        .containsEntry("error.type", "BUSY")
        .containsEntry("gen_ai.usage.input_tokens", "7");
    assertThat(HydraHeaders.text(onward, HydraHeaders.TRACEPARENT))
        .hasValue("00-" + TRACE + "-" + work.spanId() + "-01");
    assertThat(onward.lastHeader(HydraHeaders.CORRELATION_ID).value()).containsExactly(1);
  }

  @Test
  void whatNamesNoTraceBeginsOne() throws InterruptedException {
    try (Tracing tracing = tracing()) {
      tracing.send("hydra.events", Tracing.of(headers("garbage"))).end();
      tracing.send("hydra.queries", Tracing.of(new RecordHeaders())).end();
    }
    assertThat(receiver.await(2)).extracting(Seen::parentId).containsExactly("", "");
    assertThat(receiver.spans()).extracting(Seen::traceId).doesNotHaveDuplicates();
  }

  @Test
  void aTraceThatIsNotSampledStaysSo() {
    try (Tracing tracing = tracing()) {
      Tracing.Span work = tracing.send("t", Tracing.of(headers(PARENT.replace("-01", "-00"))));
      assertThat(work.headers().get(HydraHeaders.TRACEPARENT))
          .startsWith("00-" + TRACE)
          .endsWith("-00");
      work.end();
    }
    assertThat(receiver.spans()).isEmpty();
  }

  @Test
  void theStandardVariablesHold() throws InterruptedException {
    try (Tracing tracing = tracing("OTEL_SERVICE_NAME", "mine")) {
      tracing.send("t", name -> null).end();
    }
    assertThat(receiver.await(1)).extracting(Seen::service).containsExactly("mine");
    assertThatThrownBy(() -> tracing("OTEL_BSP_MAX_QUEUE_SIZE", "many"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("traces cannot be exported: ");
  }

  @Test
  void withoutACollectorHeadersPassAsTheyCame() {
    Tracing off = Tracing.open("serving", Map.of("OTEL_SERVICE_NAME", "mine"));
    assertThat(off.isOn()).isFalse();
    Headers record = headers("garbage");
    Tracing.Span work = off.process("t", "g", Tracing.of(record));
    assertThat(work.in(record)).isSameAs(record);
    assertThat(work.headers()).isEqualTo(Map.of(HydraHeaders.TRACEPARENT, "garbage"));
    assertThat(List.of(work.call("c"), work.set("a", 1))).containsOnly(work);
    work.fail("x");
    work.end();
    off.close();
  }
}
