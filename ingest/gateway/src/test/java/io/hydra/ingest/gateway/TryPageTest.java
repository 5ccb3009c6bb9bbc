package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.ingest.gateway.TestGateway.Answer;
import io.hydra.runtime.ops.BrowserPage;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.ScriptableObject;

/** The page on which people try hydra: how it is sent, and what its script draws. */
class TryPageTest {
  private static final Pattern ELSEWHERE = Pattern.compile("https?://|@import|url\\(");

  private static final String PARTS =
      """
      const text = node => typeof node === "string" ? node
        : node.tag === "b" || node.tag === "span" ? node.children.map(text).join("")
        : " " + node.children.map(text).join("") + " ";
      view(JSON.parse(given))[part].map(text).join(" ").replace(/ +/g, " ").trim();
      """;

  private static final String RESPONSE =
      """
      {"query_id": "q", "status": "OK", "text": "2", "llm_calls": 1, "prompt_tokens": 1200,
       "completion_tokens": 8, "history_version": 3, "base_version": "b",
       "candidates": [{"text": "2", "score": 0.7, "samples": 3, "population": 0.4},
                      {"text": "4", "score": 0.3, "samples": 5, "population": 0.6}],
       "items": [{"event_id": "e1", "score": 0.8}, {"event_id": "gone", "score": 0.2}],
       "head": {"examples": 12, "verdicts": 2, "population_weight": 0.25,
                "priors": [{"precision": 2, "weight": 0.75}]},
       "timings": [{"stage": "queue", "micros": 900000}, {"stage": "llm", "micros": 120000},
                   {"stage": "adapter", "micros": 3000}, {"stage": "total", "micros": 1023000}]}""";

  private static final String STATE =
      """
      {"user": "ann", "task": "LaMP_3", "calls": 4, "fresh": "e1",
       "history": {"history_version": 3, "items": [
         {"event_id": "e1", "occurred_at": "2026-01-31T10:00:00Z", "input": "<b>Dull</b>", "output": "2"}]},
       "head": {"examples": 12, "verdicts": 2, "history_version": 3},
       "columns": {"plain": {"problem": "the LLM failed"}, "hydra": {"response": %s}},
       "before": {"head": {"population_weight": 0.5, "priors": [{"precision": 2, "weight": 0.5}]}},
       "watch": {"what": "An event", "steps": [["Kafka has it after", 12], ["it is in the history after", 250]]}}"""
          .formatted(RESPONSE);

  @TempDir Path dir;

  private static String part(String name, String state) {
    try (Context context = Context.enter()) {
      context.setInterpretedMode(true);
      ScriptableObject scope = context.initSafeStandardObjects();
      ScriptableObject.putProperty(scope, "given", state);
      ScriptableObject.putProperty(scope, "part", name);
      for (String file : List.of("draw.js", "view.js")) {
        context.evaluateString(scope, text(file), file, 1, null);
      }
      return (String) context.evaluateString(scope, PARTS, "parts.js", 1, null);
    }
  }

  private static String text(String file) {
    return BrowserPage.file(TryPage.class, file).text();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/page/theme.css",
        "/page/try.css",
        "/page/draw.js",
        "/page/view.js",
        "/page/try.js"
      })
  void everybodyMayLoadItAndItTakesNothingFromElsewhere(String path) {
    try (TestGateway gateway = new TestGateway(dir)) {
      Answer answer = gateway.get(path, "Authorization", "");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Content-Security-Policy")).startsWith("default-src 'none'");
      String text = answer.body().replace("http://www.w3.org/2000/svg", "");
      assertThat(ELSEWHERE.matcher(text).find()).isFalse();
      assertThat(text).doesNotContain("innerHTML", "insertAdjacentHTML", "style=", "localStorage");
    }
  }

  @Test
  void aPartThatItHasNotIsNotFound() {
    try (TestGateway gateway = new TestGateway(dir)) {
      assertThat(gateway.get("/page/..%2Fopenapi.json").status()).isEqualTo(404);
    }
  }

  @Test
  void aColumnTellsAnswerCostItemsAndWhatTheHeadChanged() {
    assertThat(part("columns", STATE))
        .contains("Plain LLM", "the LLM failed")
        .as("of the LLM and the adapter, not of the queue")
        .contains("123 ms · 1 call · 1,200 + 8 tokens")
        .contains("The head moved the choice: without it, 4 is the most likely, with it 2.")
        .contains("2 70 %", "without the head 40 % · 3 samples", "Choose this")
        .contains("<b>Dull</b> → 2", "usefulness 80 %", "Answer without it")
        .contains("not known: it is not in the history any more");
    assertThat(part("calls", STATE)).isEqualTo("4 calls of the LLM from this page");
  }

  @Test
  void anAnswerThatIsNotTheMostLikelyIsExplained() {
    assertThat(part("columns", STATE.replace("\"text\": \"2\", \"llm", "\"text\": \"3\", \"llm")))
        .contains("The answer is another, since it counts how far off each would be.");
    assertThat(part("columns", STATE)).doesNotContain("The answer is another");
  }

  @Test
  void aChangeTellsItsTimesAndTheHeadItsWeightsBeforeAndNow() {
    assertThat(part("watch", STATE))
        .contains("Kafka has it after 12 ms", "it is in the history after 250 ms");
    assertThat(part("head", STATE))
        .contains("12 past answers, 2 verdicts among them, up to version 3")
        .contains("the population alone 25 % 50 %", "the user, prior precision 2 75 % 50 %");
    assertThat(part("history", STATE)).contains("1 item, version 3", "2026-01-31 10:00:00 UTC");
  }

  @Test
  void thePartThatDoesWithoutThePopulationIsNamedAndMayJoinLater() {
    String joined =
        STATE.replace(
            "{\"precision\": 2, \"weight\": 0.75}",
            "{\"precision\": 2, \"weight\": 0.5}, {\"precision\": 1, \"weight\": 0.25},"
                + " {\"precision\": 1, \"weight\": 0.1}");
    assertThat(part("head", joined))
        .contains(
            "the user, whatever the population likes 25 % was not there before",
            "the user, by what was said of each option 10 % was not there before")
        .doesNotContain("prior precision 1");
    assertThat(part("head", STATE.replace("\"before\"", "\"later\"")))
        .contains("the population alone 25 % — not known: nothing has changed");
  }

  @Test
  void withoutAUserItSaysWhatToDo() {
    String empty = "{\"user\": null, \"calls\": 0, \"columns\": {}, \"head\": null}";
    assertThat(part("history", empty)).isEqualTo("Open a user first.");
    assertThat(part("head", empty)).contains("There is no head yet");
    assertThat(part("columns", empty)).isEmpty();
  }

  @Test
  void everyPartThatIsDrawnHasItsPlace() {
    for (String id : List.of("calls", "columns", "watch", "head", "history")) {
      assertThat(text("try.html")).containsOnlyOnce("id=\"" + id + "\"");
    }
  }
}
