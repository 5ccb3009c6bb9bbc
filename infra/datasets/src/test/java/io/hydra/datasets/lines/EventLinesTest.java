package io.hydra.datasets.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventLinesTest {
  private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");
  private static final String TIME = "\"2026-01-31T10:00:00Z\"";
  private static final String GOOD =
      """
      {"user_id":"ann","task":"LaMP_3","occurred_at":"2026-01-31T10:00:00Z","input":"Dull strings","output":"2"}\
      """;

  @TempDir Path folder;

  private static List<EventLine> read(byte[] bytes) {
    try {
      Path file = Files.createTempFile("events", ".jsonl");
      try {
        return read(Files.write(file, bytes));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<EventLine> read(String text) {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<EventLine> read(Path file) {
    try (Stream<EventLine> lines = new EventLines("demo", NOW.toEpochMilli()).read(file)) {
      return lines.toList();
    }
  }

  private static BehaviorEvent event(String line) {
    return ((EventLine.Good) read(line).get(0)).event();
  }

  private static String refusal(String line) {
    return ((EventLine.Bad) read(line).get(0)).reason();
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private List<EventLine> csv(CsvColumns columns, String... lines) throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), String.join("\n", lines));
    EventLines reader =
        new EventLines(new EventLines.Defaults("demo", "stars"), columns, NOW.toEpochMilli());
    try (Stream<EventLine> all = reader.read(file)) {
      return all.toList();
    }
  }

  @Test
  void aLineMayHaveTheShapeThatHttpTakes() {
    String nested =
        GOOD.replace("\"input\"", "\"interaction\":{\"query_id\":\"q\",\"input\"")
            .replace("\"2\"", "\"2\"}");
    assertThat(event(nested).getPayload()).isEqualTo(new Interaction("Dull strings", "2", "q"));
    assertThat(event(nested).getEventId()).isEqualTo(event(GOOD).getEventId());
    assertThat(refusal(nested.replace("\"input\"", "\"Input\""))).contains("spelled differently");
    assertThat(refusal(nested.replace("interaction", "feedback"))).contains("POST /v1/feedback");
    assertThat(event(GOOD.replace("\"task\"", "\"interaction\":{\"input\":\"x\"},\"task\"")))
        .as("an object of the app's own, beside the input")
        .isEqualTo(event(GOOD));
  }

  @Test
  void csvIsReadByItsHeaderAndByNamedColumns() throws IOException {
    List<EventLine> lines =
        csv(
            new CsvColumns(Map.of("user_id", "reviewer", "input", "text", "output", "rating")),
            "\ufeffreviewer,occurred_at,text,rating,input",
            "ann,2026-01-31T10:00:00Z,\"Dull, \"\"very\"\" dull",
            "strings\",2,of no use",
            "",
            "bob,1769853600,Fine,4,\r");
    assertThat(lines).extracting(EventLine::number).containsExactly(2, 5);
    BehaviorEvent event = ((EventLine.Good) lines.get(0)).event();
    assertThat(event.getUserId()).isEqualTo("ann");
    assertThat(event.getTask()).as("the default").isEqualTo("stars");
    assertThat(event.getPayload())
        .isEqualTo(new Interaction("Dull, \"very\" dull\nstrings", "2", null));
    assertThat(lines.get(1)).isInstanceOf(EventLine.Good.class);
  }

  @Test
  void aBadRowIsRefusedAloneAndQuotesNothing() throws IOException {
    List<EventLine> lines =
        csv(
            CsvColumns.SAME,
            "user_id,occurred_at,input,output",
            "ann,2026-01-31,Fine",
            "ann,2026-01-31,\"Fine\"ish,2",
            "ann,yesterday,\"F\",2",
            "ann,2026-01-31,Fine,2",
            "ann,2026-01-31,\"open,2",
            "more");
    assertThat(lines)
        .filteredOn(EventLine.Bad.class::isInstance)
        .extracting(line -> ((EventLine.Bad) line).reason())
        .hasSize(4)
        .noneMatch(reason -> reason.contains("Fine") || reason.contains("ann"))
        .satisfies(
            reasons -> {
              assertThat(reasons.get(0)).contains("has 3 values, the header names 4");
              assertThat(reasons.get(1)).contains("not valid CSV");
              assertThat(reasons.get(3)).contains("a quote is not closed", "up to 7");
            });
  }

  @Test
  void aQuoteWithinAValueIsTextAndJoinsNoRows() throws IOException {
    List<EventLine> lines =
        csv(
            CsvColumns.SAME,
            "user_id,occurred_at,input,output",
            "ann,2026-01-31,5\" pipe,2",
            "bob,2026-01-31,Fine,3",
            "bob,2026-01-31,\"\"\"Fine\"\", she said\n\"\"\",4",
            "ann,2026-01-31,6\" pipe,2",
            "bob,2026-01-31,Fine,5");
    assertThat(lines).extracting(EventLine::number).containsExactly(2, 3, 4, 6, 7);
    assertThat(lines)
        .extracting(line -> ((Interaction) ((EventLine.Good) line).event().getPayload()).getInput())
        .containsExactly("5\" pipe", "Fine", "\"Fine\", she said\n\"", "6\" pipe", "Fine");
  }

  @Test
  void aRecordThatIsRefusedNamesTheLinesItTook() throws IOException {
    List<EventLine> lines =
        csv(
            CsvColumns.SAME,
            "user_id,occurred_at,input,output",
            "ann,2026-01-31,\"5 pipe,2",
            "bob,2026-01-31,\"Fine, but dull\",3",
            "bob,2026-01-31,two\rlines,3",
            "ann,2026-01-31,Fine,2");
    assertThat(lines).extracting(EventLine::number).containsExactly(2, 4, 5);
    assertThat(((EventLine.Bad) lines.get(0)).reason())
        .contains("not valid CSV", "the lines up to 3 are refused with it");
    assertThat(((EventLine.Bad) lines.get(1)).reason())
        .contains("not valid CSV")
        .doesNotContain("lines");
  }

  @Test
  void aHeaderThatCannotBeUsedStopsTheFile() {
    CsvColumns missing = new CsvColumns(Map.of("input", "text"));
    assertThatThrownBy(() -> csv(missing, "user_id,b"))
        .isInstanceOf(EventFileException.class)
        .hasMessageContaining("there is no column text for input; the header names user_id, b");
    assertThatThrownBy(() -> csv(CsvColumns.SAME, "reviewer,occurred_at,text,output"))
        .isInstanceOf(EventFileException.class)
        .hasMessageContaining("no column for user_id, input; the header names reviewer, ")
        .hasMessageContaining("--columns user_id=COLUMN");
    assertThatThrownBy(() -> csv(CsvColumns.SAME, "ann,\t" + "word ".repeat(50) + ",2"))
        .hasMessageContaining("names ann,  word word ")
        .hasMessageContaining("…: say");
    assertThatThrownBy(() -> csv(CsvColumns.SAME, "a,a")).hasMessageContaining("twice");
    assertThatThrownBy(() -> new CsvColumns(Map.of("inputs", "a")))
        .hasMessageContaining("events have no field inputs");
  }

  @Test
  void byteOrderMarkAndCarriageReturnsAreNotPartOfALine() {
    List<EventLine> lines = read("\uFEFF" + GOOD + "\r\n\r\n" + GOOD);
    assertThat(lines).extracting(EventLine::number).containsExactly(1, 3);
    assertThat(lines).allMatch(EventLine.Good.class::isInstance);
  }

  @Test
  void fileOfSeveralGzipMembersIsReadToItsEndWhateverItsName() throws IOException {
    byte[] one = gzip(GOOD + "\n");
    byte[] two = gzip("\n" + GOOD + "\n");
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    for (String name : List.of("a.jsonl.gz", "a.jsonl")) {
      assertThat(read(Files.write(folder.resolve(name), both)))
          .extracting(EventLine::number)
          .containsExactly(1, 3);
    }
  }

  @Test
  void truncatedGzipIsNamed() throws IOException {
    byte[] whole = gzip((GOOD + "\n").repeat(500));
    Path file = Files.write(folder.resolve("a.gz"), Arrays.copyOf(whole, whole.length - 20));
    assertThatExceptionOfType(EventFileException.class)
        .isThrownBy(() -> read(file))
        .withMessageContaining(file.toString())
        .withMessageContaining("after line");
  }

  @Test
  void lineThatIsNotUtf8IsRefusedAndNoOtherUsersIdComesOfIt() {
    String rene = GOOD.replace("ann", "rené");
    byte[] bytes = (rene + "\n" + GOOD).getBytes(Charset.forName("windows-1252"));
    List<EventLine> lines = read(bytes);
    assertThat(((EventLine.Bad) lines.get(0)).reason()).contains("not UTF-8");
    assertThat(lines.get(1)).isInstanceOf(EventLine.Good.class);
    assertThat(event(rene).getUserId()).isEqualTo("rené");
  }

  @Test
  void halfOfASurrogatePairIsRefused() {
    assertThat(refusal(GOOD.replace("ann", "ann\\ud83d"))).contains("user_id");
    assertThat(refusal(GOOD.replace("Dull", "Dull \\ude00"))).contains("interaction.input");
    assertThat(refusal(GOOD.replace("{", "{\"event_id\":\"e\\ud83d\",")))
        .contains("event_id")
        .contains("surrogate");
    assertThat(
            ((Interaction) event(GOOD.replace("Dull", "\\ud83d\\ude00")).getPayload()).getInput())
        .startsWith("😀");
  }

  @Test
  void lineBeyondTheBoundIsRefusedAndTheNextIsRead() {
    String huge = GOOD.replace("Dull", "a".repeat(TextLines.MAX_LINE_BYTES));
    List<EventLine> lines = read(huge + "\n" + GOOD);
    assertThat(((EventLine.Bad) lines.get(0)).reason()).contains("longer than");
    assertThat(lines.get(1)).isInstanceOf(EventLine.Good.class);
    assertThat(lines.get(1).number()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"2026-01-31T10:00:00Z\"',2026-01-31T10:00:00Z",
    "'\"2026-01-31T10:00:00.250+02:00\"',2026-01-31T08:00:00.250Z",
    "'\"2026-01-31T10:00:00+0200\"',2026-01-31T08:00:00Z",
    "'\"2026-01-31T10:00:00\"',2026-01-31T10:00:00Z",
    "'\"2026-01-31T10:00\"',2026-01-31T10:00:00Z",
    "'\"2026-01-31T10:00:00.123456\"',2026-01-31T10:00:00.123Z",
    "'\"2026-01-31 10:00:00.123456789+00:00\"',2026-01-31T10:00:00.123Z",
    "'\"2026-01-31 10:00:00\"',2026-01-31T10:00:00Z",
    "'\"2026-01-31\"',2026-01-31T00:00:00Z",
    "'\"1769853600\"',2026-01-31T10:00:00Z",
    "1769853600,2026-01-31T10:00:00Z",
    "1769853600.25,2026-01-31T10:00:00.250Z",
    "1769853600123,2026-01-31T10:00:00.123Z",
    "1769853600123456,2026-01-31T10:00:00.123Z",
    "1769853600123456789,2026-01-31T10:00:00.123Z"
  })
  void timesMayBeWrittenInSeveralWays(String written, Instant expected) {
    assertThat(event(GOOD.replace(TIME, written)).getOccurredAt()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"4,4", "4.0,4", "4.50,4.5", "100,100", "1e2,100", "true,true", "'\"4.0\"',4.0"})
  void outputMayBeANumber(String written, String expected) {
    assertThat(((Interaction) event(GOOD.replace("\"2\"", written)).getPayload()).getOutput())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"user_id":"ann"                       | not valid JSON
          {"user_id":"ann"} {}                   | not valid JSON
          {"user_id":"ann","user_id":"bob"}      | a field stands twice
          [1]                                    | not an object
          {"userId":"ann"}                       | "user_id" is spelled
          {"user_id":"ann","userid":"ann"}       | "user_id" stands twice, once spelled differently
          {"task":"LaMP_3"}                      | "user_id" is missing
          {"user_id":"ann","task":"t","occurred_at":"soon"}  | "occurred_at" must be ISO-8601
          {"user_id":"ann","task":"t","occurred_at":5}       | before March 1973
          {"user_id":"ann","task":"t","occurred_at":1e300}   | "occurred_at" must be
          {"user_id":"ann","task":"t","occurred_at":"+999999999-01-01T00:00:00Z"} | after the year 9999
          {"user_id":"ann","task":"t","occurred_at":1769853600,"input":[],"output":"2"}  | "input" must be a string
          {"user_id":"ann","task":"t","occurred_at":1769853600,"input":" ","output":"2"} | interaction.input
          {"user_id":"ann","task":"t","occurred_at":"2099-01-01","input":"x","output":"2"} | in the future
          {"user_id":"ann","task":"a b","occurred_at":1769853600,"input":"x","output":"2"} | task must be
          """)
  void refusedLineIsToldWhy(String line, String reason) {
    assertThat(refusal(line)).contains(reason);
  }

  @Test
  void furtherFieldsAreIgnoredAndNamed() {
    String line =
        GOOD.replace("{", "{\"rating_source\":\"web\",")
            .replace("\"input\"", "\"interaction\":{\"mood\":1,\"input\"")
            .replace("\"2\"", "\"2\"}");
    EventLine.Good good = (EventLine.Good) read(line).get(0);
    assertThat(good.event().getUserId()).isEqualTo("ann");
    assertThat(good.ignored()).containsExactly("rating_source", "mood");
  }

  @Test
  void lineMayNameTheQueryThatItAnswersAndKeepsItsId() {
    BehaviorEvent answer = event(GOOD.replace("{", "{\"query_id\":\"q-1\","));
    assertThat(((Interaction) answer.getPayload()).getQueryId()).isEqualTo("q-1");
    assertThat(answer.getEventId()).isEqualTo(event(GOOD).getEventId());
    assertThat(((Interaction) event(GOOD).getPayload()).getQueryId()).isNull();
    assertThat(refusal(GOOD.replace("{", "{\"query_id\":\" \","))).contains("interaction.query_id");
    assertThat(refusal(GOOD.replace("{", "{\"queryId\":\"q-1\","))).contains("rename the field");
  }

  @Test
  void missingEventIdFollowsFromTheContentAlone() {
    String other = GOOD.replace("Dull", "Bright");
    String id = event(GOOD).getEventId();
    assertThat(id).hasSize(32).isEqualTo(event(GOOD.replace(",", " , ")).getEventId());
    assertThat(event(other).getEventId()).isNotEqualTo(id);
    assertThat(((EventLine.Good) read(GOOD).get(0)).named()).isFalse();
  }

  @Test
  void anyBytesBecomeLinesOrRefusals() {
    Random random = new Random(11);
    byte[] good = (GOOD + "\r\n" + GOOD).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = Arrays.copyOf(good, 1 + random.nextInt(good.length));
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      assertThat(read(bad)).hasSizeLessThan(8);
    }
  }
}
