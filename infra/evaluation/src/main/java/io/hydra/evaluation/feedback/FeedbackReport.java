package io.hydra.evaluation.feedback;

import io.hydra.evaluation.feedback.FeedbackOutcome.Stretch;
import io.hydra.evaluation.feedback.FeedbackRun.Way;
import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.report.DraftFile;
import io.hydra.evaluation.report.Table;
import io.hydra.evaluation.report.Table.Cell;
import io.hydra.evaluation.report.Table.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The worth of verdicts alone, as {@code feedback.json} and {@code feedback.md}. */
public final class FeedbackReport {
  private FeedbackReport() {}

  /**
   * Writes the reports over earlier ones.
   *
   * @param facts the conditions of the measurement
   * @return the short form, for a console
   */
  public static String write(FeedbackOutcome outcome, Map<String, Object> facts, Path folder)
      throws IOException {
    List<Stretch> stretches = outcome.stretches();
    Table table = table(outcome, stretches);
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("task", outcome.task().id());
    root.put("facts", facts);
    root.put("stretches", stretches.stream().map(FeedbackReport::json).toList());
    DraftFile.writeJson(folder.resolve("feedback.json"), root);
    List<List<Cell>> rows = new ArrayList<>();
    facts.forEach(
        (name, value) -> rows.add(List.of(Cell.text(name), Cell.text(String.valueOf(value)))));
    Table how = new Table("What was measured", List.of("fact", "value"), rows, "");
    DraftFile.write(
        folder.resolve("feedback.md"),
        "# " + title(outcome) + "\n\n" + how.markdown() + "\n" + table.markdown());
    return table.text();
  }

  private static String title(FeedbackOutcome outcome) {
    return "%s: simulated users, %d %s"
        .formatted(outcome.task().id(), outcome.seeds(), outcome.seeds() == 1 ? "seed" : "seeds");
  }

  private static Table table(FeedbackOutcome outcome, List<Stretch> stretches) {
    List<String> headers =
        new ArrayList<>(List.of("users", "responses", "measure", "plain", "without"));
    if (outcome.task().isClosed()) {
      headers.add("usual label");
    }
    headers.addAll(
        List.of(
            "always",
            "with",
            "fell back",
            "as plain",
            "with minus without",
            "with minus always",
            "with minus plain"));
    List<List<Cell>> rows = new ArrayList<>();
    for (Stretch stretch : stretches) {
      List<Cell> row = new ArrayList<>();
      row.add(Cell.text(stretch.temper().label() + " (" + stretch.comparison().users() + ")"));
      row.add(Cell.text("%d-%d".formatted(stretch.from() + 1, stretch.to())));
      row.add(Cell.text(stretch.measure().name()));
      row.add(value(stretch, Way.PLAIN));
      row.add(value(stretch, Way.WITHOUT));
      if (outcome.task().isClosed()) {
        row.add(value(stretch, Way.USUAL));
      }
      row.add(value(stretch, Way.ALWAYS));
      row.add(value(stretch, Way.WITH));
      row.add(Cell.number(String.format(Locale.ROOT, "%.2f", stretch.plain())));
      row.add(Cell.number(String.format(Locale.ROOT, "%.2f", stretch.asPlain())));
      row.add(gain(stretch, Way.WITHOUT));
      row.add(gain(stretch, Way.ALWAYS));
      row.add(gain(stretch, Way.PLAIN));
      rows.add(row);
    }
    return new Table(
        title(outcome),
        headers,
        rows,
        """
        Who turns round does so after %d responses. plain: plain sampling's answer; without: δ = 0;
        always: the user's heads without falling back to plain; with: as served; fell back: the share
        of responses served plain for that; as plain: the share whose answer is plain's, for that or
        not. *: the 95 %% interval over users excludes 0."""
            .replace('\n', ' ')
            .formatted(SimulatedUser.TURN));
  }

  private static Cell value(Stretch stretch, Way way) {
    return Cell.number(String.format(Locale.ROOT, "%.3f", distribution(stretch, way).value()));
  }

  private static Cell gain(Stretch stretch, Way over) {
    Distribution gain = difference(stretch, over);
    return new Cell(gain.signed(3), stretch.comparison().certain(gain) ? "*" : "", Kind.NUMBER);
  }

  private static Distribution distribution(Stretch stretch, Way way) {
    return stretch.comparison().pooled().get(way.id()).get(stretch.measure().name());
  }

  private static Distribution difference(Stretch stretch, Way over) {
    return distribution(stretch, Way.WITH).minus(distribution(stretch, over));
  }

  private static Map<String, Object> json(Stretch stretch) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("temper", stretch.temper().name().toLowerCase(Locale.ROOT));
    node.put("from", stretch.from() + 1);
    node.put("to", stretch.to());
    node.put("users", stretch.comparison().users());
    node.put("questions", stretch.comparison().questions());
    node.put("measure", stretch.measure().name());
    node.put("fellBack", rounded(stretch.plain()));
    node.put("asPlain", rounded(stretch.asPlain()));
    stretch
        .comparison()
        .pooled()
        .forEach(
            (method, values) ->
                node.put(method, rounded(values.get(stretch.measure().name()).value())));
    put(node, "", difference(stretch, Way.WITHOUT));
    put(node, "overAlways", difference(stretch, Way.ALWAYS));
    put(node, "overPlain", difference(stretch, Way.PLAIN));
    return node;
  }

  private static void put(Map<String, Object> node, String prefix, Distribution gain) {
    node.put(named(prefix, "difference"), rounded(gain.value()));
    node.put(named(prefix, "low"), rounded(gain.interval().low()));
    node.put(named(prefix, "high"), rounded(gain.interval().high()));
  }

  private static String named(String prefix, String name) {
    return prefix.isEmpty()
        ? name
        : prefix + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  private static double rounded(double value) {
    return Math.round(value * 1e6) / 1e6;
  }
}
