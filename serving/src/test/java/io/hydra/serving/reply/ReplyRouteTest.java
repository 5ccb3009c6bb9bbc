package io.hydra.serving.reply;

import static io.hydra.schemas.topic.HydraHeaders.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.topic.HydraHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ReplyRouteTest {
  private static final ReplyRouter ROUTER = new ReplyRouter(Set.of(), topic -> 1);
  private static final byte[] KEY = utf8("t:ann");

  @Test
  void theCorrelationIdIsEchoedByteForByteAndTheTraceContinued() {
    byte[] correlation = {0, -1, 7, (byte) 0x80};
    Headers query = new RecordHeaders();
    query.add(HydraHeaders.CORRELATION_ID, utf8("older"));
    query.add(HydraHeaders.CORRELATION_ID, correlation);
    query.add(HydraHeaders.TRACEPARENT, utf8("00-aa-bb-01"));
    query.add(HydraHeaders.TRACESTATE, utf8("v=1"));
    query.add("something-else", utf8("x"));
    Headers headers = of(query, KEY, "q", 1);
    assertThat(headers.headers(HydraHeaders.CORRELATION_ID)).hasSize(1);
    assertThat(headers.lastHeader(HydraHeaders.CORRELATION_ID).value()).isEqualTo(correlation);
    assertThat(HydraHeaders.text(headers, HydraHeaders.TRACEPARENT)).hasValue("00-aa-bb-01");
    assertThat(HydraHeaders.text(headers, HydraHeaders.TRACESTATE)).hasValue("v=1");
    assertThat(headers.lastHeader("something-else")).isNull();
  }

  @Test
  void aResponseIsACloudEventInBinaryMode() {
    Headers headers = of(new RecordHeaders(), KEY, "q", 1);
    assertThat(HydraHeaders.text(headers, "ce_specversion")).hasValue("1.0");
    assertThat(HydraHeaders.text(headers, "ce_type")).hasValue("io.hydra.response.v1");
    assertThat(HydraHeaders.text(headers, "ce_source")).hasValue("hydra/serving");
    assertThat(HydraHeaders.text(headers, "ce_time")).hasValue("1970-01-01T00:00:00.001Z");
    assertThat(HydraHeaders.text(headers, "ce_subject")).hasValue("t:ann");
    assertThat(HydraHeaders.text(headers, "content-type"))
        .hasValue("application/vnd.confluent.avro");
  }

  @Test
  void theIdFollowsFromTheQueryAlone() {
    assertThat(id("q", 1)).isEqualTo(id("q", 2));
    assertThat(id("q", 1)).isNotEqualTo(id("r", 1)).hasSize(32);
  }

  @Test
  void onlyAKeyThatIsTenantAndUserIsTheSubject() {
    assertThat(of(new RecordHeaders(), utf8("t:bob"), "q", 1).lastHeader("ce_subject")).isNull();
    assertThat(of(new RecordHeaders(), null, "q", 1).lastHeader("ce_subject")).isNull();
  }

  @Test
  void aHeaderLargerThanItsBoundIsLeftBehindAndSaid() {
    Headers query = new RecordHeaders();
    query.add(HydraHeaders.CORRELATION_ID, new byte[ReplyRouter.MAX_VALUE_BYTES]);
    query.add(HydraHeaders.TRACEPARENT, null);
    query.add(HydraHeaders.TRACESTATE, new byte[ReplyRouter.MAX_VALUE_BYTES + 1]);
    ReplyRouter.Route route = ROUTER.route(query);
    assertThat(route.carried())
        .extracting(Header::key)
        .containsExactly(HydraHeaders.CORRELATION_ID, HydraHeaders.TRACEPARENT);
    assertThat(route.complaints()).singleElement().asString().contains(HydraHeaders.TRACESTATE);
  }

  private static String id(String queryId, long answeredAt) {
    Headers headers = of(new RecordHeaders(), KEY, queryId, answeredAt);
    return HydraHeaders.text(headers, HydraHeaders.CE_ID).orElseThrow();
  }

  private static Headers of(Headers query, byte[] key, String queryId, long answeredAt) {
    return ROUTER.route(query).headers(key, query(queryId), response(queryId, answeredAt));
  }

  private static Query query(String queryId) {
    return Query.newBuilder()
        .setQueryId(queryId)
        .setTenant("t")
        .setUserId("ann")
        .setTask("tags")
        .setInput("x")
        .setDeadline(Instant.EPOCH)
        .build();
  }

  private static Response response(String queryId, long answeredAt) {
    return Response.newBuilder()
        .setQueryId(queryId)
        .setTenant("t")
        .setUserId("ann")
        .setTask("tags")
        .setStatus(ResponseStatus.OK)
        .setCandidates(List.of())
        .setItems(List.of())
        .setTimings(List.of())
        .setAnsweredAt(Instant.ofEpochMilli(answeredAt))
        .build();
  }
}
