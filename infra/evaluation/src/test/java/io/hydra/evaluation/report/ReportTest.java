package io.hydra.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.evaluation.metric.Measure;
import io.hydra.evaluation.metric.TestTasks;
import io.hydra.evaluation.report.Report.HistoryLength;
import io.hydra.evaluation.result.Results;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.model.task.TaskSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TaskSpec LABELS = TestTasks.labels("women", "sports", "travel");

  @TempDir Path folder;

  private static Results sample(TaskSpec task) {
    Map<String, Double> rightness = new LinkedHashMap<>();
    rightness.put("zero-shot", 0.2);
    rightness.put("usual-label", 0.4);
    rightness.put("rag", 0.5);
    rightness.put("oracle", 1.0);
    rightness.put("hydra", 0.8);
    return SampleResults.of(task, rightness, 30, 6);
  }

  private JsonNode json(Results results) throws IOException {
    Report.of(results).write(folder);
    return JSON.readTree(folder.resolve("report.json").toFile());
  }

  private String text(Results results, String file) throws IOException {
    Report.of(results).write(folder);
    return Files.readString(folder.resolve(file));
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Ten users whom hydra serves worse than rag does, among thirty. */
  private static Results unfair() {
    Results fair = sample(LABELS);
    Map<String, String> cohorts = new HashMap<>();
    for (int u = 0; u < 30; u++) {
      cohorts.put("user" + u, u < 10 ? "east" : "west");
    }
    List<Answers> answers = new ArrayList<>();
    for (Answers each : fair.answers()) {
      List<String> texts = new ArrayList<>();
      for (int q = 0; q < fair.questions().size(); q++) {
        boolean isEast = cohorts.get(fair.questions().get(q).user()).equals("east");
        texts.add(isEast && each.method().equals("hydra") ? "" : each.texts().get(q));
      }
      answers.add(new Answers(each.method(), each.seed(), texts, each.usage()));
    }
    return new Results(LABELS, fair.questions(), answers, fair.facts(), cohorts);
  }

  @Test
  void aCohortThatIsMadeWorseIsNamedAsTheOneThatGainsLeast() throws IOException {
    Table worst = ReportTables.worst(Report.of(unfair())).get(0);
    assertThat(worst.rows().get(0))
        .extracting(Table.Cell::text)
        .startsWith("accuracy", "cohort east", "10");
    assertThat(worst.rows().get(0).get(3).mark()).isEqualTo("* worse");
    for (String file : List.of("report.md", "report.html")) {
      assertThat(text(unfair(), file)).contains("The cohort that gains least", "cohort east");
    }
    JsonNode cohorts = json(unfair()).path("byCohort");
    assertThat(cohorts)
        .extracting(c -> c.path("cohort").asText())
        .containsExactly("all users", "users of 1 to 5 items", "cohort east", "cohort west");
    assertThat(cohorts.path(2).path("versus").path("rag").path("accuracy").path("high").asDouble())
        .isNegative();
  }

  @Test
  void gainsAreDrawnOverTimeAndByCohortAndCostByMethod() throws IOException {
    String page = DrawnPage.body(text(unfair(), "report.html"));
    assertThat(page)
        .contains("Gain in accuracy over time", "Gain in f1 by cohort", "cohort east (10)")
        .contains("items of the user seen before the question", "calls per answer")
        .contains("aria-label=\"LLM calls per method: zero-shot 1.00; usual-label 0.00;");
  }

  @Test
  void ofAnErrorAGainIsWhatIsSaved() {
    Report report = Report.of(sample(TestTasks.ratings()));
    for (Measure measure : report.all().measures()) {
      assertThat(Report.gain(report.all(), measure).value()).as(measure.name()).isPositive();
    }
  }

  @Test
  void jsonSaysWhatWasMeasured() throws IOException {
    JsonNode json = json(sample(LABELS));

    assertThat(names(json))
        .containsExactly(
            "task",
            "facts",
            "questions",
            "users",
            "methods",
            "versus",
            "room",
            "byHistoryLength",
            "byCohort");
    assertThat(json.path("task").asText()).isEqualTo("LaMP_2N");
    assertThat(json.path("questions").asInt()).isEqualTo(180);
    assertThat(json.path("users").asInt()).isEqualTo(30);
    assertThat(json.path("facts").path("folds").asInt()).isEqualTo(5);
    assertThat(names(json.path("methods")))
        .containsExactly("zero-shot", "usual-label", "rag", "oracle", "hydra");
  }

  @Test
  void jsonHasEachMethodsQualityAndCost() throws IOException {
    JsonNode rag = json(sample(LABELS)).path("methods").path("rag");

    assertThat(names(rag))
        .containsExactly(
            "accuracy",
            "f1",
            "byUser",
            "intervals",
            "llmCalls",
            "promptTokens",
            "completionTokens",
            "llmCallsPerAnswer",
            "promptTokensPerAnswer",
            "completionTokensPerAnswer",
            "secondsPerAnswer");
    assertThat(names(rag.path("byUser"))).containsExactly("accuracy");
    assertThat(names(rag.path("intervals"))).containsExactly("accuracy", "f1");
    assertThat(rag.path("accuracy").asDouble())
        .isBetween(
            rag.path("intervals").path("accuracy").path("low").asDouble(),
            rag.path("intervals").path("accuracy").path("high").asDouble());
    // Three seeds with one call per question each: the mean over seeds, not the sum.
    assertThat(rag.path("llmCalls").asInt()).isEqualTo(180);
    assertThat(rag.path("promptTokens").asInt()).isEqualTo(180 * 321);
    assertThat(rag.path("promptTokensPerAnswer").asDouble()).isEqualTo(321);
    assertThat(rag.path("secondsPerAnswer").asDouble()).isEqualTo(0.045);
  }

  @Test
  void versusIsHydraMinusTheOther() throws IOException {
    JsonNode json = json(sample(LABELS));
    JsonNode methods = json.path("methods");

    assertThat(names(json.path("versus")))
        .containsExactly("zero-shot", "usual-label", "rag", "oracle");
    for (String other : names(json.path("versus"))) {
      JsonNode accuracy = json.path("versus").path(other).path("accuracy");
      assertThat(accuracy.path("difference").asDouble())
          .isCloseTo(
              methods.path("hydra").path("accuracy").asDouble()
                  - methods.path(other).path("accuracy").asDouble(),
              within(2e-6));
      assertThat(accuracy.path("difference").asDouble())
          .isBetween(accuracy.path("low").asDouble(), accuracy.path("high").asDouble());
      assertThat(names(json.path("versus").path(other)))
          .containsExactly("accuracy", "f1", "byUser");
      assertThat(names(json.path("versus").path(other).path("byUser").path("accuracy")))
          .containsExactly("difference", "low", "high");
    }
    assertThat(json.path("versus").path("rag").path("f1").path("low").asDouble()).isPositive();
    assertThat(json.path("versus").path("oracle").path("f1").path("high").asDouble()).isNegative();
  }

  @Test
  void theRoomIsTheOraclesGainAndTheShareHydrasPartOfIt() throws IOException {
    JsonNode json = json(sample(TestTasks.text()));
    JsonNode methods = json.path("methods");
    double rag = methods.path("rag").path("rouge1").asDouble();
    double room = methods.path("oracle").path("rouge1").asDouble() - rag;

    assertThat(names(json.path("room"))).containsExactly("rouge1", "rougeL");
    JsonNode rouge1 = json.path("room").path("rouge1");
    assertThat(rouge1.path("room").asDouble()).isCloseTo(room, within(2e-6));
    assertThat(rouge1.path("share").asDouble())
        .isCloseTo((methods.path("hydra").path("rouge1").asDouble() - rag) / room, within(1e-4))
        .isBetween(rouge1.path("low").asDouble(), rouge1.path("high").asDouble());
    assertThat(Report.of(sample(TestTasks.text())).summary()).contains("share taken by hydra");
    Results unbounded = SampleResults.of(LABELS, Map.of("rag", 0.5, "hydra", 0.6), 12, 2);
    assertThat(json(unbounded).has("room")).isFalse();
  }

  @Test
  void historyLengthsCoverEveryQuestionOnce() throws IOException {
    JsonNode buckets = json(sample(LABELS)).path("byHistoryLength");

    assertThat(buckets)
        .extracting(b -> b.path("from").asInt() + "-" + b.path("to").asInt())
        .containsExactly("0-0", "1-1", "2-3", "4-7");
    assertThat(buckets)
        .extracting(b -> b.path("questions").asInt())
        .containsExactly(30, 30, 60, 60);
    assertThat(names(buckets.path(0).path("methods"))).hasSize(5);
    assertThat(buckets.path(0).path("versus").path("rag").path("accuracy").has("low")).isTrue();
  }

  @Test
  void theLastHistoryLengthIsOpen() {
    for (int seen : new int[] {0, 1, 2, 3, 4, 7, 8, 31, 32, 63, 64, 100_000}) {
      assertThat(HistoryLength.ALL.stream().filter(l -> l.contains(seen))).hasSize(1);
    }
    assertThat(HistoryLength.ALL)
        .extracting(HistoryLength::label)
        .containsExactly("0", "1", "2-3", "4-7", "8-15", "16-31", "32-63", "64+");
  }

  @Test
  void withoutHydraThereIsNoVersusAndTheFactsSayWhy() throws IOException {
    Results results = SampleResults.of(LABELS, Map.of("rag", 0.5), 12, 2);

    JsonNode json = json(results);
    assertThat(json.has("versus")).isFalse();
    assertThat(json.path("facts").path("versus").asText()).contains("hydra was not run");
    assertThat(json.path("byHistoryLength").path(0).has("versus")).isFalse();
    assertThat(Files.readString(folder.resolve("report.md"))).doesNotContain("minus");
    assertThat(DrawnPage.body(Files.readString(folder.resolve("report.html"))))
        .doesNotContain("Differences");
  }

  @Test
  void textAndRatingsHaveTheirOwnMeasures() throws IOException {
    assertThat(names(json(sample(TestTasks.text())).path("methods").path("rag")))
        .startsWith("rouge1", "rougeL", "bleu", "byUser");
    assertThat(names(json(sample(TestTasks.text())).path("methods").path("rag").path("byUser")))
        .containsExactly("rouge1", "rougeL");
    assertThat(names(json(sample(TestTasks.ratings())).path("methods").path("rag").path("byUser")))
        .containsExactly("accuracy", "mae", "rmse");
  }

  @Test
  void markdownSaysWhichDifferencesAreCertainAndWhichWay() throws IOException {
    // Of an error less is better, so hydra's negative difference to rag is an advantage.
    List<String> lines = text(sample(TestTasks.ratings()), "report.md").lines().toList();

    int differences = lines.indexOf("## Hydra minus each other method, all questions");
    List<String> rows = lines.subList(differences, differences + 9);
    assertThat(rows).anyMatch(l -> l.matches("\\| rag .*\\+0.*\\* better .* -0.*\\* better .*"));
    assertThat(rows).anyMatch(l -> l.matches("\\| oracle .* -0.*\\* worse .*\\+0.*\\* worse .*"));
    assertThat(lines).anyMatch(l -> l.contains("Of mae and rmse less is better."));
  }

  @Test
  void markdownTablesAreAligned() throws IOException {
    String previous = "";
    int tableLines = 0;
    for (String line : text(sample(LABELS), "report.md").lines().toList()) {
      if (line.startsWith("|") && previous.startsWith("|")) {
        assertThat(line).hasSameSizeAs(previous);
        tableLines++;
      }
      previous = line;
    }
    assertThat(tableLines).isGreaterThan(20);
  }

  @Test
  void everyTextIsEscaped() throws IOException {
    Results results = sample(LABELS);
    Map<String, Object> facts = new LinkedHashMap<>(results.facts());
    facts.put("{{body}} <script>", "a|b </td><img src=x onerror='y'> \"&amp;\"\nnext line");
    Results hostile = new Results(LABELS, results.questions(), results.answers(), facts, Map.of());

    String file = text(hostile, "report.html");
    assertThat(file).doesNotContain("<script> ", "<script\\u003e", "<img").contains("{{body}}");
    assertThat(DrawnPage.body(file))
        .doesNotContain("<script", "<img", "onerror='")
        .contains(
            "{{body}} &lt;script&gt;",
            "a|b &lt;/td&gt;&lt;img src=x onerror=&#39;y&#39;&gt; &quot;&amp;amp;&quot;");
    assertThat(Files.readString(folder.resolve("report.md")))
        .contains("a\\|b &lt;/td>&lt;img")
        .doesNotContain("<script", "\nnext line");
    assertThat(JSON.readTree(folder.resolve("report.json").toFile()).path("facts").path("folds"))
        .isNotNull();
  }

  @Test
  void methodNamesAreEscapedInPlots() throws IOException {
    String html =
        text(SampleResults.of(LABELS, Map.of("<b>", 0.5, "hydra", 0.5), 12, 2), "report.html");

    assertThat(DrawnPage.body(html)).doesNotContain("<b>").contains(">&lt;b&gt;</text>");
  }

  @Test
  void thePageNeedsNothingBesideIt() throws IOException {
    String html = text(sample(LABELS), "report.html");

    assertThat(html.replace("http://www.w3.org/2000/svg", ""))
        .startsWith("<!doctype html>")
        .contains("</html>", "<noscript>")
        .doesNotContain("http:", "https:", "src=", "@import", "url(", "<link", "fetch", "{{");
    assertThat(DrawnPage.body(html))
        .contains("<svg", "<table")
        .doesNotContain("http:", "https:", "src=", "<script", "undefined", "NaN");
  }

  @Test
  void theSameResultsAreTheSameBytesAndLeaveNoDraft() throws IOException {
    Report.of(sample(TestTasks.text())).write(folder.resolve("a/b"));
    Report.of(sample(TestTasks.text())).write(folder.resolve("c"));
    Report.of(sample(TestTasks.text())).write(folder.resolve("c"));

    try (Stream<Path> files = Files.list(folder.resolve("c"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("report.json", "report.md", "report.html");
    }
    for (String name : List.of("report.json", "report.md", "report.html")) {
      assertThat(folder.resolve("c").resolve(name))
          .hasSameBinaryContentAs(folder.resolve("a/b").resolve(name));
    }
  }

  @Test
  void theSummaryIsOneShortTable() {
    List<String> lines = Report.of(sample(LABELS)).summary().lines().toList();

    assertThat(lines.get(0)).isEqualTo("LaMP_2N: 180 questions of 30 users, 3 seeds");
    assertThat(lines.get(1)).matches("method +accuracy +f1 +calls/answer +tokens/answer");
    assertThat(lines.get(2))
        .matches("zero-shot +0\\.\\d{3} \\*\\+ +0\\.\\d{3} \\*\\+ +1\\.00 +333");
    assertThat(lines.get(5)).matches("oracle +1\\.000 \\*- +1\\.000 \\*- +1\\.00 +333");
    assertThat(lines.get(6)).matches("hydra +0\\.\\d{3} +0\\.\\d{3} +1\\.00 +333");
    assertThat(String.join("", lines)).matches("\\p{ASCII}*");
  }

  @Test
  void withFewUsersNothingIsMarked() {
    Results results = SampleResults.of(LABELS, Map.of("rag", 0.1, "hydra", 0.9), 5, 20);

    assertThat(Report.of(results).summary().lines().limit(4)).noneMatch(l -> l.contains("*"));
    assertThat(Report.of(results).facts()).containsKey("certainty");
  }
}
