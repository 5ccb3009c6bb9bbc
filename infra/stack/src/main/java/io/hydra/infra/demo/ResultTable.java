package io.hydra.infra.demo;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.infra.demo.Questions.Answers;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.text.TextTable;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The table that a person judges the demo by. */
final class ResultTable {
  private static final int ROWS = 20;
  private static final int WIDEST = 44;
  private static final List<String> HEADER =
      List.of(
          "user", "what they usually do", "plain answer", "personalized", "they would have said");

  private ResultTable() {}

  /** Rows where the two answers differ come first: there is something to judge. */
  static List<String> lines(TaskSpec task, List<Answers> answers) {
    List<List<String>> rows = new ArrayList<>();
    answers.stream()
        .sorted(
            Comparator.comparing(
                a -> Answers.text(a.plain()).equals(Answers.text(a.personalized())) ? 1 : 0))
        .limit(ROWS)
        .forEach(a -> rows.add(row(task, a)));
    rows.add(0, HEADER);
    List<String> lines = new ArrayList<>(TextTable.of(rows, column -> false).lines().toList());
    lines.add(1, "-".repeat(lines.stream().mapToInt(String::length).max().orElse(0)));
    if (answers.size() > ROWS) {
      lines.add("… and %d more users".formatted(answers.size() - ROWS));
    }
    return lines;
  }

  private static List<String> row(TaskSpec task, Answers a) {
    return List.of(
        cut(a.user().id(), 20),
        cut(habit(task, a.user()), WIDEST),
        marked(task, Answers.text(a.plain()), a.user().gold()),
        marked(task, Answers.text(a.personalized()), a.user().gold()),
        cut(a.user().gold(), WIDEST));
  }

  private static String marked(TaskSpec task, String answer, String gold) {
    String text = answer.isEmpty() ? "(none)" : cut(answer, WIDEST);
    return task.isClosed() && answer.equals(gold) ? text + " ✓" : text;
  }

  private static String habit(TaskSpec task, LampUser user) {
    if (user.profile().isEmpty()) {
      return "(nothing known)";
    }
    if (!task.isClosed()) {
      return "“" + user.profile().get(user.profile().size() - 1).output() + "”";
    }
    Map<String, Long> counts =
        user.profile().stream()
            .collect(Collectors.groupingBy(HistoryItem::output, Collectors.counting()));
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(3)
        .map(e -> e.getKey() + " " + Math.round(100.0 * e.getValue() / user.profile().size()) + "%")
        .collect(Collectors.joining(", "));
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 1) + "…";
  }
}
