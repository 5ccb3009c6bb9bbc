package io.hydra.infra.lag;

import io.hydra.runtime.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The lag as a terminal shows it, worst group first. */
public final class LagTable {
  private static final String UNKNOWN = "?";
  private static final Set<Integer> NUMBERS = Set.of(3, 4);

  private LagTable() {}

  /**
   * Lines of text.
   *
   * @param withPartitions one line for each partition, too
   */
  public static String of(Report report, boolean withPartitions) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("GROUP", "STATE", "STATUS", "LAG", "BEHIND", "TREND", "WHY"));
    for (Report.Group group : report.groups()) {
      rows.add(
          List.of(
              group.group().replaceAll("\\p{Cntrl}", "?"),
              word(group.state()),
              word(group.status()),
              number(group.lag()),
              seconds(group.lagSeconds()),
              word(group.trend()),
              group.why() == null ? "" : group.why()));
      if (withPartitions) {
        for (Report.Partition partition : group.partitions()) {
          rows.add(
              List.of(
                  "  " + partition.topic() + "-" + partition.partition(),
                  position(partition),
                  word(partition.status()),
                  number(partition.lag()),
                  seconds(partition.lagSeconds()),
                  word(partition.trend()),
                  ""));
        }
      }
    }
    StringBuilder text = new StringBuilder(TextTable.of(rows, NUMBERS::contains));
    report
        .problems()
        .forEach(
            problem ->
                text.append("not read: %s %s%n".formatted(problem.subject(), problem.reason())));
    return text.toString();
  }

  private static String position(Report.Partition partition) {
    if (partition.position() == null) {
      return UNKNOWN;
    }
    return partition.read() == null
        ? "at " + partition.position()
        : "committed %d, read up to %d".formatted(partition.position(), partition.read());
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String number(Long value) {
    return value == null ? UNKNOWN : value.toString();
  }

  private static String seconds(Double value) {
    return value == null ? UNKNOWN : value == 0 ? "0 s" : Diagnosis.span(value);
  }
}
