package io.hydra.model;

import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.config.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The weight of each kind of verdict, beside something that the user wrote unasked, which counts 1.
 * A kind of weight 0 teaches nothing. An interaction that answered a query is a history item, and
 * as such counts 1 with what the LLM had said; if edits weigh 0, it counts as one that answered
 * none. On simulated users of the training data 1 did better for yes and no than 0.5, and no worse
 * where verdicts were chance.
 */
public record VerdictWeights(
    double accepted, double rejected, double chose, double edited, double rated) {
  public static final VerdictWeights DEFAULT = new VerdictWeights(1, 1, 1, 1, 1);

  /** {@link #DEFAULT} as {@link #parse} reads it. */
  public static final String DEFAULT_TEXT = "accepted=1,rejected=1,chose=1,edited=1,rated=1";

  /** More would let one verdict outweigh a user's history. */
  private static final double MOST = 10;

  public VerdictWeights {
    for (double weight : new double[] {accepted, rejected, chose, edited, rated}) {
      if (!(weight >= 0 && weight <= MOST)) {
        throw new IllegalArgumentException(
            "a verdict's weight must be between 0 and %.0f, not %s".formatted(MOST, weight));
      }
    }
  }

  /**
   * Reads {@code accepted=0.5,rejected=1}; kinds that are not named keep their default.
   *
   * @throws UserException naming each part that cannot be read
   */
  public static VerdictWeights parse(String text) {
    Map<String, Double> weights = new TreeMap<>();
    DEFAULT.weights().forEach(weights::put);
    List<String> problems = new ArrayList<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      String[] pair = part.strip().split("\\s*=\\s*", 2);
      String kind = pair[0].toLowerCase(Locale.ROOT);
      if (!weights.containsKey(kind)) {
        problems.add("'%s' is none of %s".formatted(pair[0], weights.keySet()));
      } else if (pair.length < 2 || !isWeight(pair[1])) {
        problems.add("%s needs a number from 0 to %.0f".formatted(kind, MOST));
      } else {
        weights.put(kind, Double.parseDouble(pair[1]));
      }
    }
    if (!problems.isEmpty()) {
      throw new UserException(
          "verdict weights: %s; write them as %s"
              .formatted(String.join("; ", problems), DEFAULT_TEXT));
    }
    return new VerdictWeights(
        weights.get("accepted"),
        weights.get("rejected"),
        weights.get("chose"),
        weights.get("edited"),
        weights.get("rated"));
  }

  /** The weight of a kind; 0 for one that this version does not know. */
  double of(Verdict kind) {
    return switch (kind) {
      case ACCEPTED -> accepted;
      case REJECTED -> rejected;
      case CHOSE -> chose;
      case EDITED -> edited;
      case RATED -> rated;
      case UNKNOWN -> 0;
    };
  }

  private static boolean isWeight(String text) {
    try {
      double weight = Double.parseDouble(text);
      return weight >= 0 && weight <= MOST;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private Map<String, Double> weights() {
    return Map.of(
        "accepted",
        accepted,
        "rejected",
        rejected,
        "chose",
        chose,
        "edited",
        edited,
        "rated",
        rated);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return "accepted=%s,rejected=%s,chose=%s,edited=%s,rated=%s"
        .formatted(accepted, rejected, chose, edited, rated);
  }
}
