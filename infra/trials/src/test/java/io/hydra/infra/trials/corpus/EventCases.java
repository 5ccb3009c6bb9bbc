package io.hydra.infra.trials.corpus;

import static io.hydra.infra.trials.corpus.Outcome.ENTERED;
import static io.hydra.infra.trials.corpus.Outcome.REJECTED;
import static io.hydra.infra.trials.corpus.Outcome.SILENT;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Records for hydra.events. Each valid one is of a user of its own, named after it. */
public final class EventCases extends Cases {
  public static final String TENANT = "trial";
  private static final int RANDOM_RECORDS = 40;

  /** Just under a broker's default limit of 1 MiB a record. */
  private static final int GIANT_HEADER_BYTES = 900_000;

  private EventCases(Wire wire, long seed, Instant now, String task) {
    super(Topic.EVENTS, wire, seed, now, task);
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
    all.verdicts();
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
      all.add(event, ENTERED);
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
    byte[] good = value(event("bytes"));
    undecodable("null-value", null);
    undecodable("empty-value", new byte[0]);
    undecodable("four-bytes", new byte[4]);
    undecodable("header-alone", Arrays.copyOf(good, 5));
    undecodable("json", utf8("{\"user_id\":\"bytes\",\"input\":\"a note\"}"));
    undecodable("bare-avro", Wire.withoutHeader(good));
    undecodable("truncated", Arrays.copyOf(good, good.length / 2));
    undecodable("trailing-byte", Arrays.copyOf(good, good.length + 1));
    undecodable("unknown-id", Wire.renamed(good, 987_654));
    undecodable("negative-id", Wire.renamed(good, -1));
    undecodable("id-of-queries", Wire.renamed(good, wire.ids().applyAsInt(Topic.QUERIES)));
    int id = wire.ids().applyAsInt(Topic.EVENTS);
    undecodable("endless-string", Wire.framed(id, varint(Integer.MAX_VALUE)));
    undecodable("string-beyond-int", Wire.framed(id, varint(Long.MAX_VALUE)));
    undecodable("negative-string", Wire.framed(id, varint(-5)));
    undecodable("endless-varint", Wire.framed(id, filledWith((byte) 0xff, 64)));
    byte[] branch = Wire.withoutHeader(good);
    // The payload's branch stands before "a note", its length, "travel" and its length.
    branch[branch.length - "travel".length() - "a note".length() - 3] = 14;
    undecodable("unknown-branch", Wire.framed(id, branch));
    for (int i = 0; i < RANDOM_RECORDS; i++) {
      byte[] noise = noise(2_000);
      undecodable("noise-" + i, i % 2 == 0 ? noise : Wire.framed(id, noise));
    }
  }

  private void keys() {
    byte[] value = value(event("keys"));
    add("null-key", null, value, REJECTED);
    add("empty-key", new byte[0], value, REJECTED);
    add("key-of-another", utf8(TENANT + ":somebody"), value, REJECTED);
    add("key-of-another-tenant", utf8("demo:keys"), value, REJECTED);
    add("quoted-key", utf8("\"" + TENANT + ":keys\""), value, REJECTED);
    add("avro-key", Wire.framed(1, utf8("\u0014" + TENANT + ":keys")), value, REJECTED);
    add("giant-key", filledWith((byte) 'k', 100_000), value, REJECTED);
  }

  private void identifiers() {
    rejected("user-blank", event -> event.setUserId(" "));
    rejected("user-empty", event -> event.setUserId(""));
    rejected("user-long", event -> event.setUserId("u".repeat(257)));
    rejected("user-control", event -> event.setUserId("ann\u001b[2J"));
    rejected("user-nul", event -> event.setUserId("ann\u0000"));
    rejected("user-bidi", event -> event.setUserId("ann\u202E"));
    rejected("user-zero-width", event -> event.setUserId("a\u200Bnn"));
    rejected("user-bom", event -> event.setUserId("\uFEFFann"));
    rejected("user-line-separator", event -> event.setUserId("ann\u2028"));
    rejected("user-space", event -> event.setUserId(" ann"));
    rejected("user-decomposed", event -> event.setUserId("rene\u0301"));
    rejected("tenant-empty", event -> event.setTenant(""));
    rejected("tenant-colon", event -> event.setTenant("a:b"));
    rejected("tenant-braces", event -> event.setTenant("{a}"));
    rejected("tenant-long", event -> event.setTenant("t".repeat(65)));
    rejected("task-empty", event -> event.setTask(""));
    rejected("task-glob", event -> event.setTask("*"));
    rejected("task-long", event -> event.setTask("t".repeat(65)));
    rejected("id-blank", event -> event.setEventId(" "));
    rejected("id-long", event -> event.setEventId("e".repeat(257)));
    rejected("id-control", event -> event.setEventId("e\n1"));
  }

  private void characters() {
    surrogate("surrogate-in-user", event -> event.setUserId("ann" + HOLE), REJECTED);
    surrogate("surrogate-in-tenant", event -> event.setTenant("t" + HOLE), REJECTED);
    surrogate("surrogate-in-task", event -> event.setTask("t" + HOLE), REJECTED);
    surrogate("surrogate-in-id", event -> event.setEventId("e" + HOLE), REJECTED);
    surrogate("surrogate-in-input", payload("a note " + HOLE, "travel"), ENTERED);
    surrogate("surrogate-in-output", payload("a note", "travel " + HOLE), ENTERED);
    BehaviorEvent windows = event("windows-1252", "ren" + HOLE, "a note", "travel");
    filled("windows-1252", windows, new byte[] {(byte) 0xE9, (byte) 0xE8, (byte) 0xE0}, REJECTED);
    rejected("input-nul", payload("a\u0000b", "travel"));
    rejected("output-nul", payload("a", "tra\u0000vel"));
    valid("input-bidi", "a \u202Enote\u202C \u200B\uFEFF", "travel");
    valid("input-escape", "a \u001b[2J note", "travel");
    valid("user-of-any-script", "\u0939\u093F\u0928\u094D\u0926\u0940", "travel");
  }

  private void times() {
    at("in-2099", Instant.parse("2099-01-01T00:00:00Z"));
    at("two-days-ahead", now.plusSeconds(2 * 86_400));
    at("epoch", Instant.EPOCH);
    at("before-1970", Instant.parse("1969-12-31T23:59:59Z"));
    at("in-seconds", Instant.ofEpochMilli(now.getEpochSecond()));
    at("in-microseconds", Instant.ofEpochMilli(now.toEpochMilli() * 1_000));
    at("at-the-end-of-time", Instant.ofEpochMilli(Long.MAX_VALUE));
    at("before-all-time", Instant.ofEpochMilli(Long.MIN_VALUE));
    rejected(
        "erasure-in-2099",
        event -> {
          event.setPayload(new Erasure());
          event.setOccurredAt(Instant.parse("2099-01-01T00:00:00Z"));
        });
  }

  private void payloads() {
    rejected("input-blank", payload("  ", "travel"));
    rejected("output-blank", payload("a note", "\n"));
    BehaviorEvent erasure = event("erasure-of-nobody", "nobody", "", "");
    erasure.setPayload(new Erasure());
    erasure.setTask("");
    add(erasure, SILENT);
    // One id, two contents: the greater stays, wherever it comes in.
    valid("one-id-two-contents", "a note", "travel");
    valid("one-id-two-contents", "another note", "travel");
  }

  private void verdicts() {
    BehaviorEvent accepted = event("accepted");
    accepted.setPayload(new Feedback("of-nobody", Verdict.ACCEPTED, null, null, null));
    add(accepted, SILENT);
    BehaviorEvent edited = event("edited");
    String longest = Texts.oneWord(EventRules.MAX_OUTPUT_BYTES);
    edited.setPayload(new Feedback("of-nobody", Verdict.EDITED, null, longest, null));
    add(edited, SILENT);
    BehaviorEvent answer = event("answer-to-a-query");
    answer.setPayload(new Interaction("a note", "travel", "of-nobody"));
    add(answer, ENTERED);
    verdict("verdict-unknown", new Feedback("q", Verdict.UNKNOWN, null, null, null));
    verdict("verdict-on-nothing", new Feedback(" ", Verdict.ACCEPTED, null, null, null));
    verdict("verdict-on-control", new Feedback("q\u0000", Verdict.ACCEPTED, null, null, null));
    verdict("chose-none", new Feedback("q", Verdict.CHOSE, null, null, null));
    verdict("chose-before-all", new Feedback("q", Verdict.CHOSE, Integer.MIN_VALUE, null, null));
    verdict("chose-with-rating", new Feedback("q", Verdict.CHOSE, 0, null, Double.NaN));
    verdict("edited-to-nothing", new Feedback("q", Verdict.EDITED, null, "\n", null));
    verdict("edited-nul", new Feedback("q", Verdict.EDITED, null, "tra\u0000vel", null));
    verdict("edited-too-large", new Feedback("q", Verdict.EDITED, null, longest + "x", null));
    verdict("rated-nan", new Feedback("q", Verdict.RATED, null, null, Double.NaN));
    verdict(
        "rated-infinite", new Feedback("q", Verdict.RATED, null, null, Double.POSITIVE_INFINITY));
    verdict("rated-in-stars", new Feedback("q", Verdict.RATED, null, null, 5.0));
    verdict("accepted-with-text", new Feedback("q", Verdict.ACCEPTED, null, "travel", null));
    rejected("answer-to-nothing", e -> e.setPayload(new Interaction("a note", "travel", " ")));
  }

  private void verdict(String name, Feedback feedback) {
    rejected(name, event -> event.setPayload(feedback));
  }

  private void sizes() {
    int most = EventRules.MAX_TEXT_BYTES - 16;
    int mostOutput = EventRules.MAX_OUTPUT_BYTES;
    valid("input-of-one-letter-words", Texts.oneLetterWords(random, most), "travel");
    valid("input-of-one-word", Texts.oneWord(most), "travel");
    valid("input-of-emoji", Texts.emoji(most), "travel");
    valid("input-without-spaces", Texts.unspaced(random, most), "travel");
    valid("input-of-marks", Texts.marks(most), "travel");
    valid("output-of-emoji", "a note", Texts.emoji(mostOutput));
    rejected("output-too-large", payload("x", Texts.oneWord(mostOutput + 1)));
    rejected("input-too-large", payload(Texts.oneWord(EventRules.MAX_TEXT_BYTES), "y"));
    rejected("record-of-900-kB", payload(Texts.oneWord(900_000), "y"));
  }

  private void headers() {
    Header giant = new RecordHeader("x", filledWith((byte) 'h', GIANT_HEADER_BYTES));
    add(event("giant-header"), ENTERED, giant);
    byte[] key = utf8(TENANT + ":x");
    byte[] nines = filledWith((byte) 9, 5);
    add("giant-header-on-noise", key, nines, Outcome.UNDECODABLE, giant);
    Header empty = new RecordHeader("n", (byte[]) null);
    Header[] many = Collections.nCopies(2_000, empty).toArray(Header[]::new);
    add(event("null-headers"), ENTERED, many);
    Header origin = new RecordHeader("hydra_dlq_origin_topic", utf8("hydra.heads"));
    add("false-origin", key, nines, Outcome.UNDECODABLE, origin);
  }

  private void at(String name, Instant moment) {
    rejected(name, event -> event.setOccurredAt(moment));
  }

  private static Consumer<BehaviorEvent> payload(String input, String output) {
    return event -> event.setPayload(new Interaction(input, output, null));
  }

  /** An event that would be valid but for this change. */
  private void rejected(String name, Consumer<BehaviorEvent> change) {
    BehaviorEvent event = event(name);
    change.accept(event);
    add(name, keyOf(event), value(event), REJECTED);
  }

  private void valid(String name, String input, String output) {
    add(event(name, name, input, output), ENTERED);
  }

  private void surrogate(String name, Consumer<BehaviorEvent> change, Outcome outcome) {
    BehaviorEvent event = event(name);
    change.accept(event);
    filled(name, event, Wire.LONE_SURROGATE, outcome);
  }

  private void filled(String name, BehaviorEvent event, byte[] bytes, Outcome outcome) {
    byte[] key = Wire.filled(keyOf(event), bytes);
    add(name, key, Wire.filled(value(event), bytes), outcome);
  }

  private BehaviorEvent event(String name) {
    return event(name, name, "a note", "travel");
  }

  private BehaviorEvent event(String id, String user, String input, String output) {
    return new BehaviorEvent(id, TENANT, user, task, now, new Interaction(input, output, null));
  }

  private void add(BehaviorEvent event, Outcome outcome, Header... headers) {
    add(event.getEventId(), keyOf(event), value(event), outcome, headers);
  }

  private static byte[] keyOf(BehaviorEvent event) {
    return key(event.getTenant(), event.getUserId());
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
