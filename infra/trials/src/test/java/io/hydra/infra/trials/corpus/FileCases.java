package io.hydra.infra.trials.corpus;

import static io.hydra.infra.trials.corpus.Wire.utf8;

import io.hydra.infra.trials.corpus.FileCases.FileCase.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Files that people have. */
public final class FileCases {
  private static final Charset WINDOWS = Charset.forName("windows-1252");

  private static final String HEADER = "event_id,user_id,task,occurred_at,input,output\n";

  private final List<FileCase> cases = new ArrayList<>();

  private FileCases() {}

  public static List<FileCase> generate() {
    FileCases all = new FileCases();
    all.encodings();
    all.times();
    all.values();
    all.lines();
    all.rows();
    all.lamp();
    return List.copyOf(all.cases);
  }

  /** Golds of the questions {@code 1} and {@code 2}. */
  public static byte[] lampOutputs() {
    return utf8(
        "{\"task\":\"LaMP_3\",\"golds\":[{\"id\":\"1\",\"output\":\"4\"},{\"id\":\"2\",\"output\":\"5\"}]}");
  }

  private void encodings() {
    String two = line("ann", "1") + "\n" + line("bob", "2") + "\n";
    lines("plain", utf8(two), 2, 0);
    lines("bom", utf8("\uFEFF" + two), 2, 0);
    lines("crlf", utf8(two.replace("\n", "\r\n")), 2, 0);
    lines("no-last-line-end", utf8(two.strip()), 2, 0);
    lines("blank-lines", utf8("\n\n" + two + "\n \n"), 2, 0);
    lines(
        "windows-1252", (line("ren\u00E9", "1") + "\n" + line("ann", "2")).getBytes(WINDOWS), 1, 1);
    lines("utf-16", two.getBytes(StandardCharsets.UTF_16), 0, -1);
    lines("lone-surrogate", utf8(line("ann\\ud83d", "1") + "\n" + line("ann", "2")), 1, 1);
    lines("surrogate-in-text", utf8(line("ann", "1", "a \\ud83e note")), 0, 1);
    lines("nul-in-user", utf8(line("ann\\u0000", "1")), 0, 1);
    lines("bidi-in-user", utf8(line("ann\\u202e", "1")), 0, 1);
    packed("packed", gzip(utf8(two)), 2, true);
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.writeBytes(gzip(utf8(line("ann", "1") + "\n")));
    members.writeBytes(gzip(utf8(line("bob", "2") + "\n")));
    packed("several-members", members.toByteArray(), 2, true);
    byte[] whole = gzip(utf8(two));
    packed("packed-and-cut", Arrays.copyOf(whole, whole.length - 6), -1, false);
    packed("not-packed", utf8(two), -1, false);
  }

  private void times() {
    time("seconds", "1769853600", -1, -1);
    time("milliseconds", "1769853600000", 1, 0);
    time("microseconds", "1769853600000000", -1, -1);
    time("no-offset", "\"2026-01-31T10:00:00.123456\"", 1, 0);
    time("offset", "\"2026-01-31T10:00:00+05:30\"", 1, 0);
    time("space", "\"2026-01-31 10:00:00\"", -1, -1);
    time("day", "\"2026-01-31\"", 1, 0);
    time("2099", "\"2099-01-01T00:00:00Z\"", 0, 1);
    time("1970", "\"1970-01-01T00:00:00Z\"", 0, 1);
    time("year-of-ten-digits", "\"+999999999-01-01T00:00:00Z\"", 0, 1);
    time("huge-number", "1e400", 0, 1);
    time("negative", "-1", 0, 1);
  }

  private void values() {
    replaced("number-as-label", "\"2\"", "4.0", 1, 0);
    replaced("boolean-as-label", "\"2\"", "true", 1, 0);
    replaced("object-as-label", "\"2\"", "{}", 0, 1);
    replaced("null-label", "\"2\"", "null", 0, 1);
    replaced("user-as-number", "\"ann\"", "17", 1, 0);
    replaced("output-too-large", "\"2\"", '"' + "x ".repeat(9_000) + '"', 0, 1);
    lines("input-too-large", utf8(line("ann", "1", "x ".repeat(40_000))), 0, 1);
  }

  private void lines() {
    replaced("misspelt-field", "output", "ouput", 0, 1);
    replaced("doubled-field", "{", "{\"user_id\":\"bob\",", -1, -1);
    lines("two-on-a-line", utf8(line("ann", "1") + line("bob", "2")), 0, 1);
    lines("array", utf8("[" + line("ann", "1") + "]"), 0, 1);
    lines("not-json", utf8("user,task\nann,LaMP_3\n"), 0, 2);
    lines("deep", utf8("[".repeat(100_000)), 0, 1);
    time("long-number", "1".repeat(5_000), 0, 1);
    lines("empty", new byte[0], 0, 0);
  }

  private void rows() {
    String two = row("1", "Dull strings.") + row("2", "In tune.");
    rows("csv", HEADER + two, 2, 0);
    rows("csv-bom", "\uFEFF" + HEADER + two, 2, 0);
    rows("csv-crlf", (HEADER + two).replace("\n", "\r\n"), 2, 0);
    rows("csv-of-nothing", "", 0, 0);
    rows("csv-header-alone", HEADER, 0, 0);
    rows("csv-without-header", two, -1, -1, false);
    rows("csv-header-twice", HEADER + HEADER, 0, 1);
    rows("csv-column-twice", HEADER.replace("event_id", "task") + two, -1, -1, false);
    rows("csv-column-without-name", HEADER.replace("event_id", "") + two, 2, 0);
    rows("csv-misspelt-column", HEADER.replace("user_id", "userId") + two, -1, -1, false);
    rows("csv-by-semicolons", (HEADER + two).replace(',', ';'), -1, -1, false);
    rows("csv-by-tabs", (HEADER + two).replace(',', '\t'), -1, -1, false);
    rows("csv-many-columns", HEADER.strip() + ",".repeat(50_000) + "\n" + two, -1, -1, false);
    rows("csv-many-values", HEADER + row("1", "Dull.").strip() + ",".repeat(100_000), 0, 1);
    rows("csv-few-values", HEADER + "1,ann\n" + two, 2, 1);
    rows("csv-quoted", HEADER + row("1", "\"Dull, he said: \"\"dull\"\".\nTwice.\""), 1, 0);
    rows("csv-quote-inside", HEADER + row("1", "5\" strings") + two, 3, 0);
    rows("csv-text-behind-a-quote", HEADER + row("1", "\"Dull\" strings") + two, 2, 1);
    rows("csv-quote-not-closed", HEADER + row("1", "\"Dull") + two, 0, 1);
    rows(
        "csv-quote-over-a-mebibyte", HEADER + row("1", "\"" + "x\n".repeat(600_000)) + two, -1, -1);
    rows("csv-line-over-a-mebibyte", HEADER + row("1", "x".repeat(1_100_000)) + two, 2, 1);
    rows("csv-formula", HEADER + row("1", "=HYPERLINK(A1)"), 1, 0);
    rows("csv-nul", HEADER + row("1", "a\u0000b") + two, 2, 1);
    rows("csv-carriage-returns", (HEADER + two).replace('\n', '\r'), -1, -1);
    csv(
        "csv-windows-1252",
        (HEADER + row("1", "\u00E9t\u00E9") + two).getBytes(WINDOWS),
        2,
        1,
        true);
    csv("csv-header-in-1252", ("gr\u00F6\u00DFe," + HEADER + two).getBytes(WINDOWS), -1, -1, false);
    csv("csv-utf-16", (HEADER + two).getBytes(StandardCharsets.UTF_16), -1, -1, false);
  }

  private static String row(String id, String input) {
    return "%s,ann,LaMP_3,2026-01-31T10:00:00Z,%s,2\n".formatted(id, input);
  }

  private void lamp() {
    String one = question("1", "{\"id\":\"a\",\"text\":\"Dull strings.\",\"score\":\"2\"}");
    String two = question("2", "{\"id\":\"a\",\"text\":\"In tune.\",\"score\":\"5\"}");
    lamp("lamp", "[" + one + "," + two + "]", 2, true);
    lamp("lamp-bom", "\uFEFF[" + one + "]", 1, true);
    // A profile is worth loading without its question's answer, and again under the same ids.
    String unanswered = question("3", "{\"id\":\"a\",\"text\":\"x\",\"score\":\"1\"}");
    lamp("lamp-without-gold", "[" + one + "," + unanswered + "]", 2, true);
    lamp("lamp-doubled-question", "[" + one + "," + one + "]", 2, true);
    lamp("lamp-cut", "[" + one, -1, false);
    lamp("lamp-of-nothing", "[]", -1, false);
    lamp("lamp-object", "{}", -1, false);
  }

  private static String question(String id, String item) {
    return "{\"id\":\"%s\",\"input\":\"What is the score? review: Fine.\",\"profile\":[%s]}"
        .formatted(id, item);
  }

  private static String line(String user, String id) {
    return line(user, id, "Dull strings.");
  }

  private static String line(String user, String id, String input) {
    return ("{\"event_id\":\"%s\",\"user_id\":\"%s\",\"task\":\"LaMP_3\","
            + "\"occurred_at\":\"2026-01-31T10:00:00Z\",\"input\":\"%s\",\"output\":\"2\"}")
        .formatted(id, user, input);
  }

  private void time(String name, String time, int good, int bad) {
    replaced(name, "\"2026-01-31T10:00:00Z\"", time, good, bad);
  }

  private void replaced(String name, String part, String by, int good, int bad) {
    lines(name, utf8(line("ann", "1").replace(part, by)), good, bad);
  }

  private void lines(String name, byte[] content, int good, int bad) {
    cases.add(new FileCase(name, Kind.LINES, name + ".jsonl", content, good, bad, true));
  }

  private void rows(String name, String content, int good, int bad) {
    csv(name, utf8(content), good, bad, true);
  }

  private void rows(String name, String content, int good, int bad, boolean readable) {
    csv(name, utf8(content), good, bad, readable);
  }

  private void csv(String name, byte[] content, int good, int bad, boolean readable) {
    cases.add(new FileCase(name, Kind.ROWS, name + ".csv", content, good, bad, readable));
  }

  private void packed(String name, byte[] content, int good, boolean readable) {
    int bad = readable ? 0 : -1;
    cases.add(new FileCase(name, Kind.LINES, name + ".jsonl.gz", content, good, bad, readable));
  }

  private void lamp(String name, String content, int good, boolean readable) {
    int bad = readable ? 0 : -1;
    byte[] bytes = utf8(content);
    cases.add(new FileCase(name, Kind.LAMP, "dev_questions.json", bytes, good, bad, readable));
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream packing = new GZIPOutputStream(out)) {
      packing.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /**
   * A file for {@code load}.
   *
   * @param fileName decides whether it is taken for packed
   * @param good events in it
   * @param bad entries that are named and left out
   * @param readable false: the file as a whole is refused
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record FileCase(
      String name,
      Kind kind,
      String fileName,
      byte[] content,
      int good,
      int bad,
      boolean readable) {
    /** Kind of file. */
    public enum Kind {
      LINES,
      /** CSV with a header. */
      ROWS,
      /** Questions of a split; {@link FileCases#lampOutputs} is the other half. */
      LAMP
    }
  }
}
