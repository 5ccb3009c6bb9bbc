package io.hydra.evaluation.report;

import io.hydra.evaluation.result.Results;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the reports of one task's results. */
public final class ReportWriter {
  private ReportWriter() {}

  /** Like {@link #write(Report, Path)}, computing the figures first. */
  public static void write(Results results, Path folder) throws IOException {
    write(Report.of(results), folder);
  }

  /**
   * Writes {@code report.json}, {@code report.md} and {@code report.html}, each whole or not at
   * all, over earlier ones.
   */
  public static void write(Report report, Path folder) throws IOException {
    DraftFile.write(folder.resolve("report.json"), ReportJson.of(report));
    DraftFile.write(folder.resolve("report.md"), markdown(report));
    DraftFile.write(folder.resolve("report.html"), ReportPage.of(report));
  }

  /** Like {@link #summary(Report)}, computing the figures first. */
  public static String summary(Results results) {
    return summary(Report.of(results));
  }

  /** A short table for the console: quality and cost per method. */
  public static String summary(Report report) {
    return TableText.console(ReportTables.summary(report));
  }

  /** Every table, readable as plain text too. */
  private static String markdown(Report report) {
    List<Table> tables = new ArrayList<>();
    tables.add(ReportTables.facts(report));
    tables.add(ReportTables.quality(report));
    tables.addAll(ReportTables.differences(report));
    tables.add(ReportTables.cost(report));
    tables.addAll(ReportTables.history(report));
    return "# "
        + ReportTables.headline(report)
        + "\n\n"
        + tables.stream().map(TableText::markdown).collect(Collectors.joining("\n"));
  }
}
