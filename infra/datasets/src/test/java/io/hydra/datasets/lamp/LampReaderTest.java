package io.hydra.datasets.lamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.schemas.redis.HistoryItem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LampReaderTest {
  private static final String OUTPUTS =
      "{\"task\":\"LaMP_2\",\"golds\":[{\"id\":\"u1\",\"output\":\"sports\"}]}";
  private static final String QUESTIONS =
      """
      [{"id":"u1","input":"Pick one. article: A cup final.","profile":[
        {"id":"u1-0","title":"T0","text":"X0","category":"travel","date":"2020-02-02"},
        {"id":"u1-1","title":"T1","text":"X1","category":"sports","date":"2020-02-02"}]}]
      """;

  @TempDir private Path folder;

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  @Test
  void readsPlainAndZippedFiles() throws IOException {
    write("dev_outputs.json", OUTPUTS);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("dev_questions.json.gz")))) {
      out.write(QUESTIONS.getBytes(StandardCharsets.UTF_8));
    }
    LampSplit split = LampReader.read(folder, "dev");
    assertThat(split.taskId()).isEqualTo("LaMP_2N");
    LampUser user = split.users().get(0);
    assertThat(user.question()).isEqualTo("A cup final.");
    assertThat(user.gold()).isEqualTo("sports");
    assertThat(user.profile()).extracting(HistoryItem::input).containsExactly("T0 X0", "T1 X1");
  }

  @Test
  void itemsOfOneDayKeepTheirOrder() throws IOException {
    write("dev_outputs.json", OUTPUTS);
    write("dev_questions.json", QUESTIONS);
    assertThat(LampReader.read(folder, "dev").users().get(0).profile())
        .isSortedAccordingTo(HistoryItem.OLDEST_FIRST)
        .extracting(HistoryItem::occurredAt)
        .doesNotHaveDuplicates();
  }

  @Test
  void newestFirstIsTurnedAround() throws IOException {
    write("dev_outputs.json", OUTPUTS);
    write("dev_questions.json", QUESTIONS.replaceFirst("2020-02-02", "2021-03-03"));
    assertThat(LampReader.read(folder, "dev").users().get(0).profile())
        .extracting(HistoryItem::input)
        .containsExactly("T1 X1", "T0 X0");
  }

  @Test
  void datesMayBeMissing() throws IOException {
    write("dev_outputs.json", OUTPUTS);
    write("dev_questions.json", QUESTIONS.replaceAll(",\"date\":\"[^\"]*\"", ""));
    assertThat(LampReader.read(folder, "dev").users().get(0).profile()).hasSize(2);
  }

  @Test
  void tellsFileAndPlaceOfWhatIsWrong() throws IOException {
    assertThatExceptionOfType(LampFormatException.class)
        .isThrownBy(() -> LampReader.read(folder.resolve("nowhere"), "dev"))
        .withMessageContaining("no such folder");
    assertMalformed("needs one of them");
    write("dev_outputs.json", OUTPUTS);
    write("dev_questions.json", QUESTIONS.replace("\"text\"", "\"body\""));
    assertMalformed("fit no known task");
    write("dev_questions.json", QUESTIONS.replace("2020-02-02", "yesterday"));
    assertMalformed("YYYY-MM-DD");
    write("dev_questions.json", QUESTIONS.replace("\"title\":\"T1\",", ""));
    assertMalformed("item 1 has no \"title\"");
    write("dev_questions.json", QUESTIONS.substring(0, 120));
    assertMalformed("not valid JSON at line");
    write("dev_questions.json", QUESTIONS);
    write("dev_outputs.json", "{\"task\":\"LaMP_2\",\"golds\":[]}");
    assertMalformed("no entry in the outputs file");
  }

  @Test
  void questionsWithoutAnOutputAndDoubledIdsAreLeftOut() throws IOException {
    String item = "{\"id\":\"%1$s-0\",\"note\":\"%2$s\",\"shelf\":\"x\"}";
    String user = "{\"id\":\"%1$s\",\"input\":\"i\",\"profile\":[" + item + "]}";
    write("dev_outputs.json", "{\"golds\":[{\"id\":\"a\",\"output\":4.0}]}");
    write(
        "dev_questions.json",
        "\uFEFF["
            + user.formatted("a", "first")
            + ","
            + user.formatted("b", "unanswered")
            + ","
            + user.formatted("a", "second")
            + "]");
    assertThat(LampReader.read(folder, "dev").users())
        .singleElement()
        .satisfies(
            a -> {
              assertThat(a.gold()).isEqualTo("4");
              assertThat(a.profile().get(0).input()).isEqualTo("first");
            });
    assertThat(LampReader.readProfiles(folder, "dev").users())
        .extracting(LampUser::id)
        .containsExactly("a", "b", "a");
  }

  private void assertMalformed(String reason) {
    assertThatExceptionOfType(LampFormatException.class)
        .isThrownBy(() -> LampReader.read(folder, "dev"))
        .withMessageContaining(reason);
  }

  @Test
  void halvesShareNoUser() throws IOException {
    write(
        "dev_outputs.json",
        "{\"golds\":[{\"id\":\"a\",\"output\":\"x\"},{\"id\":\"b\",\"output\":\"x\"},"
            + "{\"id\":\"c\",\"output\":\"x\"}]}");
    String item = "{\"id\":\"%1$s-0\",\"note\":\"n\",\"shelf\":\"x\"}";
    String user = "{\"id\":\"%1$s\",\"input\":\"i\",\"profile\":[" + item + "]}";
    write(
        "dev_questions.json",
        "[" + user.formatted("c") + "," + user.formatted("a") + "," + user.formatted("b") + "]");
    LampSplit split = LampReader.read(folder, "dev");
    assertThat(LampHalves.forBase(split)).extracting(LampUser::id).containsExactly("a", "c");
    assertThat(LampHalves.forLlm(split)).extracting(LampUser::id).containsExactly("b");
  }
}
