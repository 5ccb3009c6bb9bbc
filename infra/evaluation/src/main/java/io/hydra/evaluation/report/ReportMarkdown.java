package io.hydra.evaluation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** {@code report.md}: every table, readable as plain text too. */
final class ReportMarkdown {
  private ReportMarkdown() {}

  static String of(Report report) {
    List<Table> tables = new ArrayList<>();
    tables.add(ReportTables.facts(report));
    tables.add(ReportTables.quality(report));
    tables.addAll(ReportTables.differences(report));
    tables.add(ReportTables.cost(report));
    tables.addAll(ReportTables.history(report));
    return "# "
        + ReportTables.headline(report)
        + "\n\n"
        + tables.stream().map(TextTable::markdown).collect(Collectors.joining("\n"));
  }
}
