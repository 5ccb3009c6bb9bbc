package io.hydra.evaluation.privacy;

import io.hydra.evaluation.metric.Comparison;
import io.hydra.evaluation.metric.Distribution;
import io.hydra.evaluation.metric.Measure;
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

/** The cost and worth of private exports, as {@code privacy.json} and {@code privacy.md}. */
public final class PrivacyReport {
  private PrivacyReport() {}

  /**
   * Writes the reports over earlier ones.
   *
   * @param facts the conditions of the measurement
   * @return the short form, for a console
   */
  public static String write(PrivacyOutcome outcome, Map<String, Object> facts, Path folder)
      throws IOException {
    Comparison compared = outcome.compare();
    Measure measure = compared.measures().get(outcome.task().isOrdinal() ? 1 : 0);
    List<List<Cell>> rows = new ArrayList<>();
    List<Map<String, Object>> all = new ArrayList<>();
    for (Export export : Export.values()) {
      Distribution value = value(compared, export, measure);
      Distribution gain = value.minus(value(compared, Export.POPULATION, measure));
      double knowingAll = outcome.knowingAll(export).auc();
      double knowingTheEvent = outcome.knowingTheEvent(export).auc();
      boolean hasNoise = export.privacy().deviation() > 0;
      rows.add(
          List.of(
              Cell.text(export.label()),
              Cell.number(hasNoise ? number(export.privacy().deviation(), 3) : "-"),
              Cell.number(number(value.value(), 3)),
              new Cell(gain.signed(3), compared.certain(gain) ? "*" : "", Kind.NUMBER),
              Cell.number(number(knowingAll, 2)),
              Cell.number(number(knowingTheEvent, 2))));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("export", export.name().toLowerCase(Locale.ROOT));
      row.put("deviation", export.privacy().deviation());
      row.put(measure.name(), value.value());
      row.put("difference", gain.value());
      row.put("low", gain.interval().low());
      row.put("high", gain.interval().high());
      row.put("aucKnowingAll", knowingAll);
      row.put("aucKnowingTheEvent", knowingTheEvent);
      all.add(row);
    }
    Table table =
        new Table(
            "%s: exported heads, %d users".formatted(outcome.task().id(), compared.users()),
            List.of(
                "exported",
                "noise",
                measure.name(),
                "less the population's",
                "AUC, knows all",
                "AUC, knows the event"),
            rows,
            "Answers without an LLM. AUC: of guesses whether an event was in the history, %d each; a"
                    .formatted(outcome.knowingAll(Export.SERVED).events())
                + " half tells nothing. *: the 95 % interval over users excludes 0.");
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("task", outcome.task().id());
    root.put("facts", facts);
    root.put("exports", all);
    DraftFile.writeJson(folder.resolve("privacy.json"), root);
    DraftFile.write(folder.resolve("privacy.md"), table.markdown());
    return table.text();
  }

  private static Distribution value(Comparison compared, Export export, Measure measure) {
    return compared.pooled().get(export.name()).get(measure.name());
  }

  private static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
