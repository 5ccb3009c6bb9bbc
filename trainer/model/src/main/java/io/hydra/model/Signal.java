package io.hydra.model;

import io.hydra.model.feature.Samples;
import io.hydra.model.head.Example.Origin;
import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Words;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.avro.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The comparison that a verdict makes among the candidates of its exposure. */
sealed interface Signal {
  /** The user wanted this one of the candidates. */
  record Preferred(int candidate, double weight, Origin origin) implements Signal {}

  /** The user wanted any but this one. */
  record Rejected(int candidate, double weight) implements Signal {}

  /** The user wrote this. */
  record Written(String output, double weight) implements Signal {}

  /**
   * Nothing.
   *
   * @param reason without user text
   */
  record None(String reason) implements Signal {}

  /**
   * The candidates that an exposure compares, each once.
   *
   * @param candidates closed: all options; open: the texts in their own order, so that it does not
   *     matter how they were ranked
   * @param samples the LLM's texts
   * @param places of the exposure's candidates among these; -1: none of the options
   * @param shown the answer's place; -1 if it is none of them
   */
  record Shown(List<String> candidates, Samples samples, List<Integer> places, int shown) {
    static Shown of(Exposure exposure, TaskSpec task) {
      Map<String, Integer> counts = new TreeMap<>();
      Map<String, Float> expectedWords = new HashMap<>();
      List<String> names = new ArrayList<>();
      for (ShownCandidate candidate : exposure.getCandidates()) {
        int option = task.isClosed() ? task.indexOf(candidate.getText()) : -1;
        String name = option < 0 ? candidate.getText() : task.options().get(option);
        names.add(name);
        if (candidate.getExpectedWords() != null && Float.isFinite(candidate.getExpectedWords())) {
          expectedWords.put(name, candidate.getExpectedWords());
        }
        if (!task.isClosed() || option >= 0) {
          counts.merge(name, Math.max(0, candidate.getSamples()), Math::max);
        }
      }
      List<String> candidates = task.isClosed() ? task.options() : List.copyOf(counts.keySet());
      Map<String, Integer> placeOf = new HashMap<>();
      for (int i = 0; i < candidates.size(); i++) {
        placeOf.putIfAbsent(candidates.get(i), i);
      }
      List<Integer> places = names.stream().map(name -> placeOf.getOrDefault(name, -1)).toList();
      counts.values().removeIf(count -> count == 0);
      int total =
          (int) Math.min(Integer.MAX_VALUE, counts.values().stream().mapToLong(c -> c).sum());
      int shown = exposure.getShown();
      return new Shown(
          candidates,
          new Samples(counts, total, expectedWords),
          places,
          shown >= 0 && shown < places.size() ? places.get(shown) : -1);
    }
  }

  static Signal of(JudgedAnswer judged, Shown shown, TaskSpec task, VerdictWeights weights) {
    if (shown.candidates().size() < 2) {
      return new None("fewer than two candidates were shown, so there is nothing to compare");
    }
    Feedback feedback = judged.verdict().getFeedback();
    if (feedback.getVerdict() == Verdict.UNKNOWN) {
      return new None("this version does not know such a verdict");
    }
    double weight = weights.of(feedback.getVerdict());
    if (weight == 0) {
      return new None("verdicts of this kind have weight 0");
    }
    return switch (feedback.getVerdict()) {
      case ACCEPTED -> aboutTheAnswer(shown, true, weight);
      case REJECTED -> aboutTheAnswer(shown, false, weight);
      case CHOSE -> chosen(shown, feedback.getCandidate(), weight);
      case EDITED -> written(task, feedback.getText(), weight);
      case RATED -> rated(shown, feedback.getRating(), weight);
      case UNKNOWN -> throw new AssertionError("has no weight");
    };
  }

  private static Signal aboutTheAnswer(Shown shown, boolean wanted, double weight) {
    if (shown.shown() < 0) {
      return new None("the answer shown is none of the candidates");
    }
    return wanted
        ? new Preferred(shown.shown(), weight, Origin.ANSWER)
        : new Rejected(shown.shown(), weight);
  }

  private static Signal chosen(Shown shown, Integer candidate, double weight) {
    if (candidate == null || candidate < 0 || candidate >= shown.places().size()) {
      return new None(
          "the response has %d candidates, counted from 0, and none of them is the one chosen"
              .formatted(shown.places().size()));
    }
    int place = shown.places().get(candidate);
    return place < 0
        ? new None("the candidate chosen is none of the task's options")
        : new Preferred(place, weight, Origin.CHOICE);
  }

  private static Signal written(TaskSpec task, String text, double weight) {
    if (text == null) {
      return new None("the edited text is missing");
    }
    String output = task.normalize(text);
    if (task.isClosed() && output.isEmpty()) {
      return new None("the edited text is none of the task's options");
    }
    if (!task.isClosed() && Words.of(text).isEmpty()) {
      return new None("the edited text has no words");
    }
    return new Written(task.isClosed() ? output : text, weight);
  }

  /** Distance from 0.5, which says nothing, is what a rating counts by. */
  private static Signal rated(Shown shown, Double rating, double weight) {
    if (rating == null || !(rating >= 0 && rating <= 1)) {
      return new None("a rating must be between 0 and 1");
    }
    if (rating == 0.5) {
      return new None("a rating of 0.5 says nothing");
    }
    return aboutTheAnswer(shown, rating > 0.5, weight * Math.abs(2 * rating - 1));
  }
}
