package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.HeadShare;
import io.hydra.schemas.avro.PriorWeight;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResponsePrinterTest {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final ResponsePrinter printer =
      new ResponsePrinter(new PrintWriter(out, true), new PrintWriter(err, true));

  @Test
  void theChosenCandidateIsMarkedAndTheRuleIsSaidWhereTheHighestScoreIsNotChosen() {
    printer.explain(response("3"), List.of(), Optional.of(STARS));
    assertThat(out.toString().lines().filter(line -> line.startsWith("*")))
        .satisfiesExactly(
            chosen -> assertThat(chosen).contains("0.3000").endsWith("3"),
            rule ->
                assertThat(rule)
                    .startsWith("* chosen: the least error to expect")
                    .contains("need not be the highest score"));
  }

  @Test
  void withoutTheTasksRuleTheChosenCandidateIsMarkedAllTheSame() {
    printer.explain(response("3"), List.of(), Optional.empty());
    assertThat(out.toString().lines().filter(line -> line.startsWith("*")))
        .hasSize(2)
        .last()
        .isEqualTo("* chosen");
  }

  @Test
  void theCandidatesAreNumberedAsFeedbackNamesThemWithThePopulationsScore() {
    Response response = response("3");
    response.getCandidates().get(1).setPopulation(0.05);
    printer.explain(response, List.of(), Optional.empty());
    assertThat(out.toString().lines())
        .contains(
            "    I   score  population  samples",
            "    0  0.4000           -        1  4",
            "*   1  0.3000      0.0500        1  3")
        .contains("own head: none has a say, the scores are the population's");
  }

  @Test
  void theWordsToExpectOfTextsStandWhereTheyAreKnown() {
    Response response = response("3");
    response.getCandidates().get(1).setExpectedWords(0.5f);
    printer.explain(response, List.of(), Optional.empty());
    assertThat(out.toString().lines())
        .contains(
            "    I   score  population  samples  expected words",
            "    0  0.4000           -        1               -  4",
            "*   1  0.3000           -        1          0.5000  3");
  }

  @Test
  void theHeadSaysInWordsWhatItLearnedFromAndHowMuchSayItHas() {
    HeadShare share =
        new HeadShare(
            12,
            3,
            0.27,
            List.of(new PriorWeight(10.0, 0.5), new PriorWeight(300.0, 0.23)),
            false,
            false);
    assertThat(ResponsePrinter.head(share, 9))
        .isEqualTo(
            "own head: 12 past answers (verdicts: 3), history version 9; weights in the scores:"
                + " population 0.27, own part 0.50 at prior 10, 0.23 at prior 300 (the lower a"
                + " prior, the freer from the population)");
    share.setPriors(
        List.of(new PriorWeight(300.0, 0.2), new PriorWeight(1.0, 0.3), new PriorWeight(1.0, 0.4)));
    assertThat(ResponsePrinter.head(share, 9))
        .contains(
            "own part 0.20 at prior 300, 0.30 whatever the population likes, 0.40 by what was said"
                + " of each option, whatever the question (");
    share.setShifted(true);
    assertThat(ResponsePrinter.head(share, 9)).endsWith("behaviour has turned lately");
    share.setFellBack(true);
    assertThat(ResponsePrinter.head(share, 9))
        .endsWith("worth less than plain sampling, so the answer is plain sampling's");
  }

  @Test
  void everyMetricOfTheShippedTasksHasARule() {
    TaskCatalogue catalogue = TaskCatalogue.shipped();
    assertThat(catalogue.ids())
        .allSatisfy(
            id -> assertThat(ResponsePrinter.rule(catalogue.find(id).orElseThrow())).isNotBlank());
  }

  @Test
  void aReasonStaysOnItsLine() {
    Response response = response("3");
    response.setStatus(ResponseStatus.DEGRADED);
    response.setReason("cut\nhydra: all is well");
    printer.answer(response);
    assertThat(err.toString().strip()).isEqualTo("hydra: DEGRADED: cut hydra: all is well");
  }

  @Test
  void jsonHasTheRecordsFieldsInCamelCaseAndTimesInMilliseconds() throws IOException {
    Response response = response("3");
    response.setAnsweredAt(Instant.ofEpochMilli(1_234));
    printer.json(response);
    JsonNode json = Json.parse(out.toString(), JsonNode.class);
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "queryId",
            "tenant",
            "userId",
            "task",
            "status",
            "reason",
            "retryAt",
            "text",
            "candidates",
            "items",
            "historyVersion",
            "baseVersion",
            "headVersion",
            "head",
            "llm",
            "llmCalls",
            "promptTokens",
            "completionTokens",
            "answeredAt",
            "timings");
    assertThat(json.path("status").asText()).isEqualTo("OK");
    assertThat(json.path("reason").isNull()).isTrue();
    assertThat(json.path("answeredAt").asLong()).isEqualTo(1_234);
    assertThat(json.path("candidates").path(0).toString())
        .isEqualTo(
            "{\"text\":\"4\",\"score\":0.4,\"samples\":1,\"population\":null,\"expectedWords\":null}");
  }

  private static Response response(String text) {
    return Response.newBuilder()
        .setQueryId("q")
        .setTenant("shop")
        .setUserId("ann")
        .setTask(STARS.id())
        .setStatus(ResponseStatus.OK)
        .setText(text)
        .setCandidates(List.of(candidate("4", 0.4), candidate("3", 0.3), candidate("1", 0.3)))
        .setItems(List.of())
        .setTimings(List.of())
        .setAnsweredAt(Instant.EPOCH)
        .build();
  }

  private static Candidate candidate(String text, double score) {
    return Candidate.newBuilder().setText(text).setScore(score).setSamples(1).build();
  }
}
