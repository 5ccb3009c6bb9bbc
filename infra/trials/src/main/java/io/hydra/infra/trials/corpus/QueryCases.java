package io.hydra.infra.trials.corpus;

import static io.hydra.infra.trials.corpus.Outcome.UNDECODABLE;
import static io.hydra.infra.trials.corpus.Outcome.answered;
import static io.hydra.infra.trials.corpus.Wire.HOLE;
import static io.hydra.infra.trials.corpus.Wire.utf8;
import static io.hydra.schemas.avro.ResponseStatus.DEADLINE_EXCEEDED;
import static io.hydra.schemas.avro.ResponseStatus.DEGRADED;
import static io.hydra.schemas.avro.ResponseStatus.INVALID_QUERY;
import static io.hydra.schemas.avro.ResponseStatus.OK;
import static io.hydra.schemas.avro.ResponseStatus.OVERLOADED;
import static io.hydra.schemas.avro.ResponseStatus.UNKNOWN_TASK;

import io.hydra.infra.trials.corpus.ReplyCases.ReplyCase;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.EventRules;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Records for hydra.queries, with and without odd headers. */
public final class QueryCases {
  public static final String TENANT = EventCases.TENANT;
  private static final Outcome ANSWERED = answered(OK, DEGRADED);
  private static final Outcome INVALID = answered(INVALID_QUERY);

  private final Wire wire;
  private final Random random;
  private final Instant now;
  private final Duration patience;
  private final String task;
  private final List<RecordCase> cases = new ArrayList<>();

  private QueryCases(Wire wire, long seed, Instant now, Duration patience, String task) {
    this.wire = wire;
    this.random = new Random(seed);
    this.now = now;
    this.patience = patience;
    this.task = task;
  }

  /**
   * @param patience from {@code now} to the deadline of those that have time
   */
  public static List<RecordCase> generate(
      Wire wire, long seed, Instant now, Duration patience, String task) {
    QueryCases all = new QueryCases(wire, seed, now, patience, task);
    all.bytes();
    all.rules();
    all.deadlines();
    all.sizes();
    all.headers();
    return List.copyOf(all.cases);
  }

  /** Many queries of one key at once, each with the same deadline. */
  public static List<RecordCase> flood(
      Wire wire, Instant now, Duration patience, String task, int size) {
    QueryCases all = new QueryCases(wire, 0, now, patience, task);
    for (int i = 0; i < size; i++) {
      Query query = all.query("flood-" + i);
      query.setUserId("flood");
      all.add(query, answered(OK, DEGRADED, DEADLINE_EXCEEDED, OVERLOADED));
    }
    return List.copyOf(all.cases);
  }

  /**
   * Queries whose responses are asked for where they cannot or must not go.
   *
   * @param compacted an allow-listed topic that takes no record without a key
   * @param absent an allow-listed topic that is gone
   */
  public static List<RecordCase> misdirected(
      Wire wire, Instant now, Duration patience, String task, String compacted, String absent) {
    QueryCases all = new QueryCases(wire, 0, now, patience, task);
    Query query = all.query("reply-to-compacted-without-key");
    all.cases.add(
        new RecordCase(
            query.getQueryId(),
            Topic.QUERIES,
            null,
            wire.value(Topic.QUERIES, query),
            List.of(replyTopic(compacted)),
            INVALID));
    all.add(all.query("reply-to-absent"), answered(DEGRADED), replyTopic(absent));
    return List.copyOf(all.cases);
  }

  /** The query that makes an endpoint give a reply; its text ends in {@code reply-NAME}. */
  public static RecordCase asking(
      Wire wire, ReplyCase reply, Instant now, Duration patience, String task) {
    QueryCases all = new QueryCases(wire, 0, now, patience, task);
    all.add(all.query("reply-" + reply.name()), new Outcome.Answered(reply.statuses()));
    return all.cases.get(0);
  }

  private void bytes() {
    byte[] good = wire.value(Topic.QUERIES, query("bytes"));
    byte[] key = utf8(TENANT + ":bytes");
    add("query-null", key, null, UNDECODABLE);
    add("query-json", key, utf8("{\"query_id\":\"q\"}"), UNDECODABLE);
    add("query-truncated", key, Arrays.copyOf(good, good.length - 3), UNDECODABLE);
    add("query-trailing", key, Arrays.copyOf(good, good.length + 3), UNDECODABLE);
    add("query-unknown-id", key, Wire.renamed(good, 987_654), UNDECODABLE);
    add(
        "query-id-of-events",
        key,
        Wire.renamed(good, wire.ids().applyAsInt(Topic.EVENTS)),
        UNDECODABLE);
    for (int i = 0; i < 20; i++) {
      byte[] noise = new byte[1 + random.nextInt(500)];
      random.nextBytes(noise);
      noise[0] = (byte) (noise[0] | 1);
      add("query-noise-" + i, key, noise, UNDECODABLE);
    }
  }

  private void rules() {
    Query keyless = query("query-null-key");
    add("query-null-key", null, wire.value(Topic.QUERIES, keyless), INVALID);
    Query other = query("query-key-of-another");
    add(
        "query-key-of-another",
        utf8(TENANT + ":somebody"),
        wire.value(Topic.QUERIES, other),
        INVALID);
    changed("query-input-blank", query -> query.setInput(" "), INVALID);
    changed("query-input-nul", query -> query.setInput("a\u0000b"), INVALID);
    changed("query-user-bidi", query -> query.setUserId("ann\u202E"), INVALID);
    changed("query-user-control", query -> query.setUserId("ann\n"), INVALID);
    changed("query-tenant-colon", query -> query.setTenant("a:b"), INVALID);
    changed("query-task-unknown", query -> query.setTask("unheard-of"), answered(UNKNOWN_TASK));
    changed("query-task-glob", query -> query.setTask("*?[x]"), answered(UNKNOWN_TASK));
    changed(
        "query-history-of-tomorrow",
        query -> query.setMinHistoryVersion(Long.MAX_VALUE),
        answered(DEGRADED));
    changed(
        "query-history-of-never", query -> query.setMinHistoryVersion(Long.MIN_VALUE), ANSWERED);
    Query surrogate = query("query-surrogate-in-input");
    surrogate.setInput("a note " + HOLE);
    add(
        "query-surrogate-in-input",
        keyOf(surrogate),
        Wire.filled(wire.value(Topic.QUERIES, surrogate), Wire.LONE_SURROGATE),
        ANSWERED);
  }

  private void deadlines() {
    Outcome late = answered(DEADLINE_EXCEEDED);
    changed("query-deadline-past", query -> query.setDeadline(now.minusSeconds(60)), late);
    changed("query-deadline-1970", query -> query.setDeadline(Instant.EPOCH), late);
    changed(
        "query-deadline-before-all-time",
        query -> query.setDeadline(Instant.ofEpochMilli(Long.MIN_VALUE)),
        late);
    changed(
        "query-deadline-in-seconds",
        query -> query.setDeadline(Instant.ofEpochMilli(now.getEpochSecond() + 60)),
        INVALID);
    changed(
        "query-deadline-in-2099",
        query -> query.setDeadline(Instant.parse("2099-01-01T00:00:00Z")),
        ANSWERED);
    changed(
        "query-deadline-never",
        query -> query.setDeadline(Instant.ofEpochMilli(Long.MAX_VALUE)),
        INVALID);
  }

  private void sizes() {
    int most = EventRules.MAX_TEXT_BYTES - 16;
    changed("query-of-one-word", query -> query.setInput(Texts.oneWord(most)), ANSWERED);
    changed(
        "query-of-one-letter-words",
        query -> query.setInput(Texts.oneLetterWords(random, most)),
        ANSWERED);
    changed("query-of-emoji", query -> query.setInput(Texts.emoji(most)), ANSWERED);
    changed("query-unspaced", query -> query.setInput(Texts.unspaced(random, most)), ANSWERED);
    changed("query-of-marks", query -> query.setInput(Texts.marks(most)), ANSWERED);
    changed(
        "query-too-large",
        query -> query.setInput(Texts.oneWord(EventRules.MAX_TEXT_BYTES + 1)),
        INVALID);
    changed("query-of-900-kB", query -> query.setInput(Texts.oneWord(900_000)), INVALID);
  }

  private void headers() {
    Outcome degraded = answered(DEGRADED);
    add(query("header-reply-not-allowed"), degraded, replyTopic("hydra.heads"));
    add(query("header-reply-of-bytes"), degraded, replyTopic("\u0000\uFFFF"));
    add(query("header-partition-999"), degraded, partition(999));
    add(query("header-partition-negative"), degraded, partition(-1));
    add(
        query("header-partition-of-three-bytes"),
        degraded,
        new RecordHeader(HydraHeaders.REPLY_PARTITION, new byte[3]));
    add(
        query("header-partition-null"),
        degraded,
        new RecordHeader(HydraHeaders.REPLY_PARTITION, (byte[]) null));
    add(
        query("header-correlation-of-5-kB"),
        degraded,
        new RecordHeader(HydraHeaders.CORRELATION_ID, new byte[5_000]));
    add(
        query("header-correlation-null"),
        ANSWERED,
        new RecordHeader(HydraHeaders.CORRELATION_ID, (byte[]) null));
    add(query("header-giant"), ANSWERED, new RecordHeader("x", new byte[900_000]));
    for (String parent : traceparents()) {
      add(
          query("header-traceparent-" + cases.size()),
          ANSWERED,
          new RecordHeader(HydraHeaders.TRACEPARENT, utf8(parent)));
    }
  }

  /** Malformed in every way that a parser may trust not to happen. */
  public static List<String> traceparents() {
    return List.of(
        "",
        "00",
        "00-" + "0".repeat(32) + "-" + "0".repeat(16) + "-01",
        "ff-" + "a".repeat(32) + "-b7ad6b7169203331-01",
        "00-" + "g".repeat(32) + "-b7ad6b7169203331-01",
        "00-" + "a".repeat(32) + "-b7ad6b7169203331-01-what-comes-after",
        "\r\nx: y",
        "\uD83D");
  }

  private static Header replyTopic(String topic) {
    return new RecordHeader(HydraHeaders.REPLY_TOPIC, utf8(topic));
  }

  private static Header partition(int number) {
    return new RecordHeader(
        HydraHeaders.REPLY_PARTITION, ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
  }

  private interface Change {
    void apply(Query query);
  }

  private void changed(String name, Change change, Outcome outcome) {
    Query query = query(name);
    change.apply(query);
    add(query, outcome);
  }

  /** Valid, with time enough. */
  Query query(String name) {
    return Query.newBuilder()
        .setQueryId(name)
        .setTenant(TENANT)
        .setUserId(name)
        .setTask(task)
        .setInput("a note on " + name)
        .setDeadline(now.plus(patience))
        .build();
  }

  private void add(Query query, Outcome outcome, Header... headers) {
    RecordCase whole =
        new RecordCase(
            query.getQueryId(),
            Topic.QUERIES,
            keyOf(query),
            wire.value(Topic.QUERIES, query),
            List.of(headers),
            outcome);
    cases.add(whole);
  }

  private void add(String name, byte[] key, byte[] value, Outcome outcome) {
    cases.add(new RecordCase(name, Topic.QUERIES, key, value, List.of(), outcome));
  }

  private static byte[] keyOf(Query query) {
    return utf8(query.getTenant() + ":" + query.getUserId());
  }
}
