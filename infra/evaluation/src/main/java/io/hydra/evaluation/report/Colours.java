package io.hydra.evaluation.report;

import java.util.List;
import java.util.Map;

/** A method has the same colour in every plot. */
final class Colours {
  static final String QUIET = "#8a93a0";

  private static final Map<String, String> KNOWN =
      Map.of(
          "hydra", "#0b5cad",
          "hydra-population", "#4aa3df",
          "rag", "#d2691e",
          "hydra-paper", "#8e4ec6",
          "zero-shot", "#7a828e");
  private static final List<String> OTHERS =
      List.of("#2f8f5b", "#b8890b", "#c2407f", "#1f8f9e", "#a0522d", "#5b6abf");

  private Colours() {}

  /**
   * @param index of the series, which gives a colour to a name that has none
   */
  static String of(String name, int index) {
    return KNOWN.getOrDefault(name, OTHERS.get(index % OTHERS.size()));
  }
}
