package io.hydra.infra.trials.corpus;

import static io.hydra.infra.trials.corpus.Outcome.answered;
import static io.hydra.infra.trials.corpus.Wire.HOLE;
import static io.hydra.infra.trials.corpus.Wire.utf8;
import static io.hydra.schemas.avro.ResponseStatus.DEADLINE_EXCEEDED;
import static io.hydra.schemas.avro.ResponseStatus.DEGRADED;
import static io.hydra.schemas.avro.ResponseStatus.INVALID_QUERY;
import static io.hydra.schemas.avro.ResponseStatus.OK;
import static io.hydra.schemas.avro.ResponseStatus.OVERLOADED;
import static io.hydra.schemas.avro.ResponseStatus.UNKNOWN_TASK;
import static io.hydra.schemas.topic.HydraHeaders.CORRELATION_ID;
import static io.hydra.schemas.topic.HydraHeaders.REPLY_PARTITION;
import static io.hydra.schemas.topic.HydraHeaders.REPLY_TOPIC;
import static io.hydra.schemas.topic.HydraHeaders.TRACEPARENT;

import io.hydra.infra.trials.corpus.ReplyCases.ReplyCase;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.EventRules;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Records for hydra.queries, with and without odd headers. */
public final class QueryCases extends Cases {
  private static final Outcome ANSWERED = answered(OK, DEGRADED);
  private static final Outcome INVALID = answered(INVALID_QUERY);
  private static final Outcome LATE = answered(DEADLINE_EXCEEDED);

  private final Duration patience;

  private QueryCases(Wire wire, long seed, Instant now, Duration patience, String task) {
    super(Topic.QUERIES, wire, seed, now, task);
    this.patience = patience;
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
    String keyless = "reply-to-compacted-without-key";
    all.add(keyless, null, all.value(all.query(keyless)), INVALID, replyTopic(compacted));
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
    byte[] good = value(query("bytes"));
    undecodable("query-null", null);
    undecodable("query-json", utf8("{\"query_id\":\"q\"}"));
    undecodable("query-truncated", Arrays.copyOf(good, good.length - 3));
    undecodable("query-trailing", Arrays.copyOf(good, good.length + 3));
    undecodable("query-unknown-id", Wire.renamed(good, 987_654));
    undecodable("query-id-of-events", Wire.renamed(good, wire.ids().applyAsInt(Topic.EVENTS)));
    for (int i = 0; i < 20; i++) {
      undecodable("query-noise-" + i, noise(500));
    }
  }

  private void rules() {
    add("query-null-key", null, value(query("query-null-key")), INVALID);
    byte[] other = value(query("query-key-of-another"));
    add("query-key-of-another", key(EventCases.TENANT, "somebody"), other, INVALID);
    changed("query-input-blank", query -> query.setInput(" "), INVALID);
    changed("query-input-nul", query -> query.setInput("a\u0000b"), INVALID);
    changed("query-user-bidi", query -> query.setUserId("ann\u202E"), INVALID);
    changed("query-user-control", query -> query.setUserId("ann\n"), INVALID);
    changed("query-tenant-colon", query -> query.setTenant("a:b"), INVALID);
    changed("query-task-unknown", query -> query.setTask("unheard-of"), answered(UNKNOWN_TASK));
    changed("query-task-glob", query -> query.setTask("*?[x]"), answered(UNKNOWN_TASK));
    version("query-history-of-tomorrow", Long.MAX_VALUE, answered(DEGRADED));
    version("query-history-of-never", Long.MIN_VALUE, ANSWERED);
    Query surrogate = query("query-surrogate-in-input");
    surrogate.setInput("a note " + HOLE);
    byte[] value = Wire.filled(value(surrogate), Wire.LONE_SURROGATE);
    add("query-surrogate-in-input", keyOf(surrogate), value, ANSWERED);
  }

  private void deadlines() {
    deadline("query-deadline-past", now.minusSeconds(60), LATE);
    deadline("query-deadline-1970", Instant.EPOCH, LATE);
    deadline("query-deadline-before-all-time", Instant.ofEpochMilli(Long.MIN_VALUE), LATE);
    Instant inSeconds = Instant.ofEpochMilli(now.getEpochSecond() + 60);
    deadline("query-deadline-in-seconds", inSeconds, INVALID);
    deadline("query-deadline-in-2099", Instant.parse("2099-01-01T00:00:00Z"), ANSWERED);
    deadline("query-deadline-never", Instant.ofEpochMilli(Long.MAX_VALUE), INVALID);
  }

  private void sizes() {
    int most = EventRules.MAX_TEXT_BYTES - 16;
    input("query-of-one-word", Texts.oneWord(most), ANSWERED);
    input("query-of-one-letter-words", Texts.oneLetterWords(random, most), ANSWERED);
    input("query-of-emoji", Texts.emoji(most), ANSWERED);
    input("query-unspaced", Texts.unspaced(random, most), ANSWERED);
    input("query-of-marks", Texts.marks(most), ANSWERED);
    input("query-too-large", Texts.oneWord(EventRules.MAX_TEXT_BYTES + 1), INVALID);
    input("query-of-900-kB", Texts.oneWord(900_000), INVALID);
  }

  private void headers() {
    Outcome degraded = answered(DEGRADED);
    add(query("header-reply-not-allowed"), degraded, replyTopic("hydra.heads"));
    add(query("header-reply-of-bytes"), degraded, replyTopic("\u0000\uFFFF"));
    header("header-partition-999", degraded, REPLY_PARTITION, number(999));
    header("header-partition-negative", degraded, REPLY_PARTITION, number(-1));
    header("header-partition-of-three-bytes", degraded, REPLY_PARTITION, new byte[3]);
    header("header-partition-null", degraded, REPLY_PARTITION, null);
    header("header-correlation-of-5-kB", degraded, CORRELATION_ID, new byte[5_000]);
    header("header-correlation-null", ANSWERED, CORRELATION_ID, null);
    header("header-giant", ANSWERED, "x", new byte[900_000]);
    for (String parent : traceparents()) {
      header("header-traceparent-" + cases.size(), ANSWERED, TRACEPARENT, utf8(parent));
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

  private static byte[] number(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private static Header replyTopic(String topic) {
    return new RecordHeader(REPLY_TOPIC, utf8(topic));
  }

  private void header(String name, Outcome outcome, String header, byte[] value) {
    add(query(name), outcome, new RecordHeader(header, value));
  }

  private void version(String name, long least, Outcome outcome) {
    changed(name, query -> query.setMinHistoryVersion(least), outcome);
  }

  private void deadline(String name, Instant deadline, Outcome outcome) {
    changed(name, query -> query.setDeadline(deadline), outcome);
  }

  private void input(String name, String input, Outcome outcome) {
    changed(name, query -> query.setInput(input), outcome);
  }

  private void changed(String name, Consumer<Query> change, Outcome outcome) {
    Query query = query(name);
    change.accept(query);
    add(query, outcome);
  }

  /** Valid, with time enough. */
  Query query(String name) {
    return Query.newBuilder()
        .setQueryId(name)
        .setTenant(EventCases.TENANT)
        .setUserId(name)
        .setTask(task)
        .setInput("a note on " + name)
        .setDeadline(now.plus(patience))
        .build();
  }

  private void add(Query query, Outcome outcome, Header... headers) {
    add(query.getQueryId(), keyOf(query), value(query), outcome, headers);
  }

  private static byte[] keyOf(Query query) {
    return key(query.getTenant(), query.getUserId());
  }
}
