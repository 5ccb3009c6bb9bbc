package io.hydra.infra.cli;

import static java.util.Locale.ROOT;

import io.hydra.infra.output.Json;
import io.hydra.infra.output.TerminalText;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.text.Counts;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.HeadShare;
import io.hydra.schemas.avro.PriorWeight;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.avro.StageTiming;
import io.hydra.schemas.avro.UsedItem;
import io.hydra.schemas.redis.HistoryItem;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/** Shows a response: the answer on stdout, anything that is wrong with it on stderr. */
record ResponsePrinter(PrintWriter out, PrintWriter err) {
  private static final Pattern SNAKE = Pattern.compile("_([a-z])");
  private static final int SHOWN_CHARACTERS = 70;
  private static final double MICROS_PER_MILLI = 1000;

  /** The precision of parts that do not lie around the population, in their order. */
  private static final double FREE = 1;

  private static final List<String> FREE_PARTS =
      List.of(
          "whatever the population likes",
          "by what was said of each option, whatever the question");

  /** As a program reads it: the fields of the Avro record in camel case, times in milliseconds. */
  void json(Response response) {
    out.println(Json.write(tree(response)));
  }

  private static Object tree(Object value) {
    if (value instanceof SpecificRecord record) {
      Map<String, Object> fields = new LinkedHashMap<>();
      for (Schema.Field field : record.getSchema().getFields()) {
        String name = SNAKE.matcher(field.name()).replaceAll(m -> m.group(1).toUpperCase(ROOT));
        fields.put(name, tree(record.get(field.pos())));
      }
      return fields;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(ResponsePrinter::tree).toList();
    }
    return value instanceof Instant instant ? instant.toEpochMilli() : value;
  }

  void answer(Response response) {
    if (response.getText() != null) {
      out.println(response.getText());
    }
    if (response.getStatus() != ResponseStatus.OK) {
      err.printf(
          "hydra: %s%s%n",
          response.getStatus(),
          response.getReason() == null ? "" : ": " + TerminalText.line(response.getReason()));
    }
  }

  /**
   * @param remembered the user's history, to show the texts of the items used
   * @param task the response's task; empty if it is not known here
   */
  void explain(Response response, List<HistoryItem> remembered, Optional<TaskSpec> task) {
    Map<String, HistoryItem> byId =
        remembered.stream()
            .collect(Collectors.toMap(HistoryItem::eventId, Function.identity(), (a, b) -> a));
    out.printf(
        "%nhistory items in the prompt (history version %d)%n", response.getHistoryVersion());
    for (UsedItem item : response.getItems()) {
      HistoryItem known = byId.get(item.getEventId());
      String text = known == null ? "" : shorten(known.input()) + " -> " + shorten(known.output());
      out.printf("  %8.4f  %s  %s%n", item.getScore(), TerminalText.line(item.getEventId()), text);
    }
    out.printf("candidates (base %s)%n", response.getBaseVersion());
    boolean inContext =
        response.getCandidates().stream().anyMatch(c -> c.getExpectedWords() != null);
    if (!response.getCandidates().isEmpty()) {
      out.printf("    I   score  population  samples%s%n", inContext ? "  expected words" : "");
    }
    for (int c = 0; c < response.getCandidates().size(); c++) {
      Candidate candidate = response.getCandidates().get(c);
      out.printf(
          "%s %3d  %6.4f  %10s  %7d%s  %s%n",
          candidate.getText().equals(response.getText()) ? "*" : " ",
          c,
          candidate.getScore(),
          known(candidate.getPopulation()),
          candidate.getSamples(),
          inContext ? "  %14s".formatted(known(candidate.getExpectedWords())) : "",
          shorten(candidate.getText()));
    }
    if (!response.getCandidates().isEmpty()) {
      boolean fellBack = response.getHead() != null && response.getHead().getFellBack();
      out.printf(
          "* chosen%s%n",
          fellBack ? ": plain sampling" : task.map(known -> ": " + rule(known)).orElse(""));
    }
    out.println(head(response.getHead(), response.getHeadVersion()));
    if (response.getLlmCalls() == 0 && !response.getCandidates().isEmpty()) {
      out.println("LLM: not asked, the head is certain without it");
    } else {
      out.printf(
          "LLM %s: %s, %d prompt and %d completion tokens%n",
          response.getLlm(),
          Counts.of(response.getLlmCalls(), "call"),
          response.getPromptTokens(),
          response.getCompletionTokens());
    }
    for (StageTiming timing : response.getTimings()) {
      out.printf("  %-20s %10.2f ms%n", timing.getStage(), timing.getMicros() / MICROS_PER_MILLI);
    }
  }

  private static String known(Number value) {
    return value == null ? "-" : String.format(ROOT, "%.4f", value.doubleValue());
  }

  /** The user's own head in words: what it has learned from, and how much of a say it has. */
  static String head(HeadShare head, long version) {
    if (head == null) {
      return "own head: none has a say, the scores are the population's";
    }
    List<String> parts = new ArrayList<>();
    Iterator<String> freeParts = FREE_PARTS.iterator();
    for (PriorWeight prior : head.getPriors()) {
      String name =
          prior.getPrecision() == FREE && freeParts.hasNext()
              ? freeParts.next()
              : String.format(ROOT, "at prior %.0f", prior.getPrecision());
      parts.add(weight(prior.getWeight()) + " " + name);
    }
    String own =
        parts.isEmpty()
            ? "none"
            : String.join(", ", parts) + " (the lower a prior, the freer from the population)";
    return "own head: %d past answer%s (verdicts: %d), history version %d; weights in the scores: population %s, own part %s%s%s"
        .formatted(
            head.getExamples(),
            head.getExamples() == 1 ? "" : "s",
            head.getVerdicts(),
            version,
            weight(head.getPopulationWeight()),
            own,
            head.getShifted() ? "; the user's behaviour has turned lately" : "",
            head.getFellBack()
                ? "; this has lately been worth less than plain sampling, so the answer is plain"
                    + " sampling's"
                : "");
  }

  private static String weight(double share) {
    return String.format(ROOT, "%.2f", share);
  }

  private static String shorten(String text) {
    String line = TerminalText.line(text);
    return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS - 1) + "…";
  }

  /** Describes how a task's answer is chosen from the candidates, without a full stop. */
  static String rule(TaskSpec task) {
    String best =
        switch (task.metric()) {
          case ACCURACY, ROUGE -> "the candidate with the highest score";
          case MAE -> "the least absolute error to expect by the scores, which is their median";
          case MSE -> "the least squared error to expect by the scores: nearest to their mean";
          case MAE_AND_RMSE ->
              "the least error to expect by the scores, absolute and squared (|e| + e\u00b2/2),"
                  + " which need not be the highest score";
        };
    return !task.isClosed() || task.margin() == 0
        ? best
        : best
            + String.format(
                ROOT,
                "; the LLM's own answer stands unless this is better by more than %s",
                task.margin());
  }
}
