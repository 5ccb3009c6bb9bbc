package io.hydra.infra.trials.corpus;

import static io.hydra.infra.trials.corpus.Outcome.ENTERED;
import static io.hydra.infra.trials.corpus.Outcome.REJECTED;
import static io.hydra.infra.trials.corpus.Outcome.SILENT;
import static io.hydra.infra.trials.corpus.Outcome.UNDECODABLE;
import static io.hydra.infra.trials.corpus.Wire.HOLE;
import static io.hydra.infra.trials.corpus.Wire.utf8;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Erasure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.EventRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Records for hydra.events. Each valid one is of a user of its own, named after it. */
public final class EventCases {
  public static final String TENANT = "trial";
  private static final int RANDOM_RECORDS = 40;

  /** Just under a broker's default limit of 1 MiB a record. */
  private static final int GIANT_HEADER_BYTES = 900_000;

  private final Wire wire;
  private final Random random;
  private final Instant now;
  private final String task;
  private final List<RecordCase> cases = new ArrayList<>();

  private EventCases(Wire wire, long seed, Instant now, String task) {
    this.wire = wire;
    this.random = new Random(seed);
    this.now = now;
    this.task = task;
  }

  /**
   * @param now about when the records are sent
   * @param task a closed or open one that every program knows
   */
  public static List<RecordCase> generate(Wire wire, long seed, Instant now, String task) {
    EventCases all = new EventCases(wire, seed, now, task);
    all.bytes();
    all.keys();
    all.identifiers();
    all.characters();
    all.times();
    all.payloads();
    all.sizes();
    all.headers();
    return List.copyOf(all.cases);
  }

  /** A user's valid histories that cost the most that the rules allow. */
  public static List<RecordCase> costliest(
      Wire wire, long seed, Instant now, String task, int size) {
    EventCases all = new EventCases(wire, seed, now, task);
    for (int i = 0; i < size; i++) {
      String output = i + " " + Texts.oneLetterWords(all.random, EventRules.MAX_OUTPUT_BYTES - 8);
      BehaviorEvent event = all.event("costly-" + i, "costly", "x", output);
      event.setOccurredAt(now.minusSeconds(size - i));
      all.add("costly-" + i, keyOf(event), wire.value(Topic.EVENTS, event), ENTERED);
    }
    return List.copyOf(all.cases);
  }

  /** An event of a task that no base knows: it is kept, and no head can be fitted. */
  public static RecordCase ofUnknownTask(Wire wire, Instant now) {
    EventCases all = new EventCases(wire, 0, now, "unheard-of");
    all.valid("task-unknown", "a note", "travel");
    return all.cases.get(0);
  }

  private void bytes() {
    byte[] good = wire.value(Topic.EVENTS, event("bytes", "bytes", "a note", "travel"));
    byte[] key = utf8(TENANT + ":bytes");
    add("null-value", key, null, UNDECODABLE);
    add("empty-value", key, new byte[0], UNDECODABLE);
    add("four-bytes", key, new byte[4], UNDECODABLE);
    add("header-alone", key, Arrays.copyOf(good, 5), UNDECODABLE);
    add("json", key, utf8("{\"user_id\":\"bytes\",\"input\":\"a note\"}"), UNDECODABLE);
    add("bare-avro", key, Wire.withoutHeader(good), UNDECODABLE);
    add("truncated", key, Arrays.copyOf(good, good.length / 2), UNDECODABLE);
    add("trailing-byte", key, Arrays.copyOf(good, good.length + 1), UNDECODABLE);
    add("unknown-id", key, Wire.renamed(good, 987_654), UNDECODABLE);
    add("negative-id", key, Wire.renamed(good, -1), UNDECODABLE);
    add(
        "id-of-queries",
        key,
        Wire.renamed(good, wire.ids().applyAsInt(Topic.QUERIES)),
        UNDECODABLE);
    int id = wire.ids().applyAsInt(Topic.EVENTS);
    add("endless-string", key, Wire.framed(id, varint(Integer.MAX_VALUE)), UNDECODABLE);
    add("string-beyond-int", key, Wire.framed(id, varint(Long.MAX_VALUE)), UNDECODABLE);
    add("negative-string", key, Wire.framed(id, varint(-5)), UNDECODABLE);
    add("endless-varint", key, Wire.framed(id, filledWith((byte) 0xff, 64)), UNDECODABLE);
    byte[] branch = Wire.withoutHeader(good);
    // The payload's branch stands before "a note", its length, "travel" and its length.
    branch[branch.length - "travel".length() - "a note".length() - 3] = 14;
    add("unknown-branch", key, Wire.framed(id, branch), UNDECODABLE);
    for (int i = 0; i < RANDOM_RECORDS; i++) {
      byte[] noise = new byte[1 + random.nextInt(2_000)];
      random.nextBytes(noise);
      // An even first byte of the text would be its length; this one is negative, so never valid.
      noise[0] = (byte) (noise[0] | 1);
      add("noise-" + i, key, i % 2 == 0 ? noise : Wire.framed(id, noise), UNDECODABLE);
    }
  }

  private void keys() {
    byte[] value = wire.value(Topic.EVENTS, event("keys", "keys", "a note", "travel"));
    add("null-key", null, value, REJECTED);
    add("empty-key", new byte[0], value, REJECTED);
    add("key-of-another", utf8(TENANT + ":somebody"), value, REJECTED);
    add("key-of-another-tenant", utf8("demo:keys"), value, REJECTED);
    add("quoted-key", utf8("\"" + TENANT + ":keys\""), value, REJECTED);
    add("avro-key", Wire.framed(1, utf8("\u0014" + TENANT + ":keys")), value, REJECTED);
    add("giant-key", filledWith((byte) 'k', 100_000), value, REJECTED);
  }

  private void identifiers() {
    changed("user-blank", event -> event.setUserId(" "));
    changed("user-empty", event -> event.setUserId(""));
    changed("user-long", event -> event.setUserId("u".repeat(257)));
    changed("user-control", event -> event.setUserId("ann\u001b[2J"));
    changed("user-nul", event -> event.setUserId("ann\u0000"));
    changed("user-bidi", event -> event.setUserId("ann\u202E"));
    changed("user-zero-width", event -> event.setUserId("a\u200Bnn"));
    changed("user-bom", event -> event.setUserId("\uFEFFann"));
    changed("user-line-separator", event -> event.setUserId("ann\u2028"));
    changed("user-space", event -> event.setUserId(" ann"));
    changed("user-decomposed", event -> event.setUserId("rene\u0301"));
    changed("tenant-empty", event -> event.setTenant(""));
    changed("tenant-colon", event -> event.setTenant("a:b"));
    changed("tenant-braces", event -> event.setTenant("{a}"));
    changed("tenant-long", event -> event.setTenant("t".repeat(65)));
    changed("task-empty", event -> event.setTask(""));
    changed("task-glob", event -> event.setTask("*"));
    changed("task-long", event -> event.setTask("t".repeat(65)));
    changed("id-blank", event -> event.setEventId(" "));
    changed("id-long", event -> event.setEventId("e".repeat(257)));
    changed("id-control", event -> event.setEventId("e\n1"));
  }

  private void characters() {
    surrogate("surrogate-in-user", event -> event.setUserId("ann" + HOLE), REJECTED);
    surrogate("surrogate-in-tenant", event -> event.setTenant("t" + HOLE), REJECTED);
    surrogate("surrogate-in-task", event -> event.setTask("t" + HOLE), REJECTED);
    surrogate("surrogate-in-id", event -> event.setEventId("e" + HOLE), REJECTED);
    surrogate(
        "surrogate-in-input",
        event -> event.setPayload(new Interaction("a note " + HOLE, "travel")),
        ENTERED);
    surrogate(
        "surrogate-in-output",
        event -> event.setPayload(new Interaction("a note", "travel " + HOLE)),
        ENTERED);
    BehaviorEvent windows = event("windows-1252", "ren" + HOLE, "a note", "travel");
    byte[] latin = {(byte) 0xE9, (byte) 0xE8, (byte) 0xE0};
    add(
        "windows-1252",
        Wire.filled(keyOf(windows), latin),
        Wire.filled(wire.value(Topic.EVENTS, windows), latin),
        REJECTED);
    changed("input-nul", event -> event.setPayload(new Interaction("a\u0000b", "travel")));
    changed("output-nul", event -> event.setPayload(new Interaction("a", "tra\u0000vel")));
    valid("input-bidi", "a \u202Enote\u202C \u200B\uFEFF", "travel");
    valid("input-escape", "a \u001b[2J note", "travel");
    valid("user-of-any-script", "\u0939\u093F\u0928\u094D\u0926\u0940", "travel");
  }

  private void times() {
    at("in-2099", "2099-01-01T00:00:00Z");
    at("two-days-ahead", now.plusSeconds(2 * 86_400).toString());
    at("epoch", "1970-01-01T00:00:00Z");
    at("before-1970", "1969-12-31T23:59:59Z");
    changed("in-seconds", event -> event.setOccurredAt(Instant.ofEpochMilli(now.getEpochSecond())));
    changed(
        "in-microseconds",
        event -> event.setOccurredAt(Instant.ofEpochMilli(now.toEpochMilli() * 1_000)));
    changed(
        "at-the-end-of-time", event -> event.setOccurredAt(Instant.ofEpochMilli(Long.MAX_VALUE)));
    changed("before-all-time", event -> event.setOccurredAt(Instant.ofEpochMilli(Long.MIN_VALUE)));
    BehaviorEvent late = event("erasure-in-2099", "erasure-in-2099", "", "");
    late.setPayload(new Erasure());
    late.setOccurredAt(Instant.parse("2099-01-01T00:00:00Z"));
    add("erasure-in-2099", late, REJECTED);
  }

  private void at(String name, String moment) {
    changed(name, event -> event.setOccurredAt(Instant.parse(moment)));
  }

  private void payloads() {
    changed("input-blank", event -> event.setPayload(new Interaction("  ", "travel")));
    changed("output-blank", event -> event.setPayload(new Interaction("a note", "\n")));
    BehaviorEvent feedback = event("feedback", "feedback", "", "");
    feedback.setPayload(new Feedback("q", Verdict.ACCEPTED, null, null, null));
    add("feedback", feedback, new Outcome.DeadLetter("UnsupportedEventException"));
    changed(
        "feedback-on-nothing",
        event -> event.setPayload(new Feedback(" ", Verdict.CHOSE, -1, null, Double.NaN)));
    BehaviorEvent erasure = event("erasure-of-nobody", "nobody", "", "");
    erasure.setPayload(new Erasure());
    erasure.setTask("");
    add("erasure-of-nobody", erasure, SILENT);
    // One id, two contents: the greater stays, wherever it comes in.
    valid("one-id-two-contents", "a note", "travel");
    valid("one-id-two-contents", "another note", "travel");
  }

  private void sizes() {
    int most = EventRules.MAX_TEXT_BYTES - 16;
    valid("input-of-one-letter-words", Texts.oneLetterWords(random, most), "travel");
    valid("input-of-one-word", Texts.oneWord(most), "travel");
    valid("input-of-emoji", Texts.emoji(most), "travel");
    valid("input-without-spaces", Texts.unspaced(random, most), "travel");
    valid("input-of-marks", Texts.marks(most), "travel");
    valid("output-of-emoji", "a note", Texts.emoji(EventRules.MAX_OUTPUT_BYTES));
    changed(
        "output-too-large",
        event ->
            event.setPayload(new Interaction("x", Texts.oneWord(EventRules.MAX_OUTPUT_BYTES + 1))));
    changed(
        "input-too-large",
        event -> event.setPayload(new Interaction(Texts.oneWord(EventRules.MAX_TEXT_BYTES), "y")));
    changed(
        "record-of-900-kB",
        event -> event.setPayload(new Interaction(Texts.oneWord(900_000), "y")));
  }

  private void headers() {
    BehaviorEvent event = event("giant-header", "giant-header", "a note", "travel");
    Header giant = new RecordHeader("x", filledWith((byte) 'h', GIANT_HEADER_BYTES));
    add("giant-header", event, ENTERED);
    last(giant);
    add("giant-header-on-noise", utf8(TENANT + ":x"), new byte[] {9, 9, 9, 9, 9}, UNDECODABLE);
    last(giant);
    Header[] many = new Header[2_000];
    for (int i = 0; i < many.length; i++) {
      many[i] = new RecordHeader("n", (byte[]) null);
    }
    add("null-headers", event("null-headers", "null-headers", "a note", "travel"), ENTERED);
    last(many);
    add("false-origin", utf8(TENANT + ":x"), new byte[] {9, 9, 9, 9, 9}, UNDECODABLE);
    last(new RecordHeader("hydra_dlq_origin_topic", utf8("hydra.heads")));
  }

  private void last(Header... headers) {
    cases.add(cases.remove(cases.size() - 1).with(headers));
  }

  private interface Change {
    void apply(BehaviorEvent event);
  }

  /** An event that would be valid but for this change. */
  private void changed(String name, Change change) {
    BehaviorEvent event = event(name, name, "a note", "travel");
    change.apply(event);
    add(name, event, REJECTED);
  }

  private void valid(String name, String input, String output) {
    add(name, event(name, name, input, output), ENTERED);
  }

  private void surrogate(String name, Change change, Outcome outcome) {
    BehaviorEvent event = event(name, name, "a note", "travel");
    change.apply(event);
    add(
        name,
        Wire.filled(keyOf(event), Wire.LONE_SURROGATE),
        Wire.filled(wire.value(Topic.EVENTS, event), Wire.LONE_SURROGATE),
        outcome);
  }

  private BehaviorEvent event(String id, String user, String input, String output) {
    return new BehaviorEvent(id, TENANT, user, task, now, new Interaction(input, output));
  }

  private void add(String name, BehaviorEvent event, Outcome outcome) {
    add(name, keyOf(event), wire.value(Topic.EVENTS, event), outcome);
  }

  private void add(String name, byte[] key, byte[] value, Outcome outcome) {
    cases.add(new RecordCase(name, Topic.EVENTS, key, value, List.of(), outcome));
  }

  private static byte[] keyOf(BehaviorEvent event) {
    return utf8(event.getTenant() + ":" + event.getUserId());
  }

  private static byte[] filledWith(byte value, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, value);
    return bytes;
  }

  /** Avro's zigzag encoding. */
  private static byte[] varint(long number) {
    long rest = (number << 1) ^ (number >> 63);
    byte[] bytes = new byte[10];
    int length = 0;
    while ((rest & ~0x7FL) != 0) {
      bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
    return Arrays.copyOf(bytes, length);
  }
}
