package io.hydra.trainer.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.model.base.BaseTrainer.TaskData;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.HistoryItem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingFilesTest {
  private static final String STARS = "LaMP_3";

  @TempDir private Path folder;
  private final List<String> progress = new ArrayList<>();

  private List<TaskData> read(boolean everyOther, Path... paths) {
    return new TrainingFiles(TaskCatalogue.shipped(), everyOther, progress::add)
        .read(List.of(paths));
  }

  private Path file(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  private static String line(
      String tenant, String user, String task, String time, String input, String output) {
    return """
    {"tenant":"%s","user_id":"%s","task":"%s","occurred_at":%s,"input":"%s","output":%s}\
    """
        .formatted(tenant, user, task, time, input, output);
  }

  private static String line(String user, String time, String input, String output) {
    return line("demo", user, STARS, time, input, output);
  }

  private void refused(Path file, String... messages) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> read(false, file))
        .satisfies(e -> assertThat(e.getMessage()).contains(messages).startsWith(file.toString()));
  }

  @Test
  void linesBecomeUsersWithTheirItemsOldestFirst() throws IOException {
    Path file =
        file(
            "a.jsonl",
            line("bob", "\"2026-01-31\"", "b2", "4"),
            "",
            line("ann", "\"2026-01-31T10:00:00+01:00\"", "a2", "\"2\""),
            line("bob", "1000000001000", "b1", "\"5\""),
            line("ann", "\"2026-01-31T08:59\"", "a1", "\"1\""),
            line("other", "ann", STARS, "1000000000001", "elsewhere", "3"),
            line("other", "ann", "LaMP_5", "1000000000001", "an abstract", "\"A title\""));
    List<TaskData> data = read(false, file);
    assertThat(data).extracting(d -> d.task().id()).containsExactly(STARS, "LaMP_5");
    assertThat(inputs(data.get(0)))
        .containsExactly(List.of("a1", "a2"), List.of("b1", "b2"), List.of("elsewhere"));
    assertThat(data.get(0).users().get(0))
        .extracting(HistoryItem::output)
        .containsExactly("1", "2");
    assertThat(inputs(data.get(1))).containsExactly(List.of("an abstract"));
    assertThat(progress)
        .containsExactly(
            "LaMP_3: 3 of 3 training users, 5 items", "LaMP_5: 1 of 1 training user, 1 item");
  }

  @Test
  void orderRepetitionAndCompressionDoNotMatter() throws IOException {
    String first = line("ann", "1000000000005", "x", "4");
    String second = line("ann", "1000000000005", "y", "2");
    String named = second.replaceFirst("\\{", "{\"event_id\":\"e\",");
    String again =
        line("ann", "1000000000006", "z", "2").replaceFirst("\\{", "{\"event_id\":\"e\",");
    List<TaskData> plain = read(false, file("a.jsonl", first, second, named, again));
    assertThat(inputs(plain.get(0)))
        .as("of one event id the latest")
        .containsExactly(List.of("x", "y", "z"));
    Path zipped = folder.resolve("b.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
      out.write(
          String.join("\n", again, named, second, first, second).getBytes(StandardCharsets.UTF_8));
    }
    assertThat(read(false, zipped)).isEqualTo(plain);
    assertThat(read(false, zipped, folder.resolve("a.jsonl"))).isEqualTo(plain);
  }

  @Test
  void everyOtherUserIsTakenById() throws IOException {
    Path file =
        file(
            "a.jsonl",
            line("c", "1000000000001", "c", "1"),
            line("b", "1000000000001", "b", "1"),
            line("a", "1000000000001", "a", "1"));
    assertThat(inputs(read(true, file).get(0))).containsExactly(List.of("a"), List.of("c"));
    assertThat(progress).containsExactly("LaMP_3: 2 of 3 training users, 2 items");
  }

  @Test
  void lampFoldersAndLinesAddUp() throws IOException {
    Path lamp = Files.createDirectory(folder.resolve("lamp"));
    Files.writeString(
        lamp.resolve("train_questions.json"),
        """
        [{"id":"1","input":"q","profile":[{"id":"p","text":"from lamp","score":"3"}]}]
        """);
    Files.writeString(
        lamp.resolve("train_outputs.json"),
        "{\"task\":\"LaMP_3\",\"golds\":[{\"id\":\"1\",\"output\":\"3\"}]}");
    Path lines = file("a.jsonl", line("ann", "1000000000001", "from lines", "1"));
    List<TaskData> data = read(false, lines, lamp);
    assertThat(data).hasSize(1);
    assertThat(inputs(data.get(0))).containsExactly(List.of("from lamp"), List.of("from lines"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"user_id":"u","task":"LaMP_3","occurred_at":1700000000000,"input":"secret"       | not valid JSON at column
          {"user_id":"u"} {"user_id":"secret"}                                  | not valid JSON at column
          ["secret"]                                                            | one object per line
          {"user_id":"u","text":"secret"}                                       | "task" is missing
          {"user_id":"u","task":"LaMP_3","occurred_at":1700000000000,"input":"secret"}      | "output" is missing
          {"user_id":"u","task":"LaMP_3","input":"secret","output":"1"}         | "occurred_at" is missing
          {"user_id":"u","task":"LaMP_3","occurred_at":"secret","input":"a","output":"1"} | "occurred_at" must be ISO-8601
          {"user_id":"u","task":"LaMP_3","occurred_at":1700000000000,"input":["secret"],"output":"1"} | "input" must be a string
          {"user_id":"u","task":"LaMP_3","occurred_at":1700000000000,"input":" ","output":"secret"}   | input must not be empty
          {"user_id":"u","task":"a secret","occurred_at":1700000000000,"input":"a","output":"1"}      | task must be
          {"user_id":"u","tenant":"a secret","task":"LaMP_3","occurred_at":1700000000000,"input":"a","output":"1"} | tenant must be
          """)
  void aBadLineIsNamedAndNotQuoted(String bad, String message) throws IOException {
    Path file = file("a.jsonl", line("ann", "1000000000001", "x", "1"), bad);
    refused(file, file + ":2: ", message);
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> read(false, file))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"))
        .satisfies(e -> assertThat(e).hasNoCause());
  }

  @Test
  void unknownTasksAreNamedWithTheRemedy() throws IOException {
    Path file =
        file(
            "a.jsonl",
            line("t", "u", "queue", "1000000000001", "x", "1"),
            line("t", "u", "reply", "1000000000001", "x", "1"),
            line("u", "1000000000001", "x", "1"));
    refused(file, "unknown task(s) queue, reply; ", "--tasks FILE", "LaMP_3");
  }

  @Test
  void whatIsNoDataIsRefused() throws IOException {
    refused(folder.resolve("nowhere"), "no such file or folder");
    refused(file("empty.jsonl", ""), "is empty");
    refused(file("a.jsonl.gz", "plain"), "cannot be read");
  }

  @Test
  void outputsThatAreNoOptionsAreTold() throws IOException {
    Path mixed =
        file("a.jsonl", line("u", "1000000000001", "x", "1"), line("u", "1000000000002", "x", "9"));
    assertThat(read(false, mixed)).hasSize(1);
    assertThat(progress)
        .contains("LaMP_3: 1 of 2 outputs are none of the task's options and teach nothing");
    Path strange = file("b.jsonl", line("u", "1000000000002", "x", "9"));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> read(false, strange))
        .withMessageStartingWith("LaMP_3: no item's output is one of the task's options");
  }

  private static List<List<String>> inputs(TaskData data) {
    return data.users().stream()
        .map(user -> user.stream().map(HistoryItem::input).toList())
        .toList();
  }
}
