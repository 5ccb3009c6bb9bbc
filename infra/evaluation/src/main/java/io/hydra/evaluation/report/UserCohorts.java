package io.hydra.evaluation.report;

import io.hydra.evaluation.result.Results;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.model.worth.HistoryLength;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Sorts questions by whose they are: of users by how active they are, and of given cohorts. */
final class UserCohorts {
  private UserCohorts() {}

  /**
   * @return the indices of each cohort's questions by its name, all users first; none is empty
   */
  static Map<String, int[]> of(Results results) {
    List<Question> questions = results.questions();
    Map<String, Integer> told = new HashMap<>();
    questions.forEach(question -> told.merge(question.user(), question.seen(), Math::max));
    Map<String, List<Integer>> found = new LinkedHashMap<>();
    for (HistoryLength activity : HistoryLength.values()) {
      found.put(name(activity), new ArrayList<>());
    }
    for (String own : new TreeSet<>(results.cohorts().values())) {
      found.put(name(own), new ArrayList<>());
    }
    for (int q = 0; q < questions.size(); q++) {
      String user = questions.get(q).user();
      for (HistoryLength activity : HistoryLength.of(told.get(user))) {
        found.get(name(activity)).add(q);
      }
      String own = results.cohorts().get(user);
      if (own != null) {
        found.get(name(own)).add(q);
      }
    }
    Map<String, int[]> cohorts = new LinkedHashMap<>();
    found.forEach(
        (name, some) -> {
          if (!some.isEmpty()) {
            cohorts.put(name, some.stream().mapToInt(Integer::intValue).toArray());
          }
        });
    return cohorts;
  }

  private static String name(HistoryLength activity) {
    return activity == HistoryLength.ALL
        ? "all users"
        : "users of %s items".formatted(activity.words());
  }

  private static String name(String own) {
    return "cohort " + own;
  }
}
