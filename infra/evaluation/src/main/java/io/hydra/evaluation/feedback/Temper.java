package io.hydra.evaluation.feedback;

/** The kinds of simulated users: what they want, and what they do with what they are shown. */
enum Temper {
  /** Wants what the population does not, and says so. */
  OWN_TASTE("own taste"),

  /** The same, until they turn to the opposite taste. */
  TURNING("turns round"),

  /** Wants what the data say, and answers by chance. */
  RANDOM("random verdicts"),

  /** Wants what the data say, and says so. */
  LOYAL("population's taste");

  private final String label;

  Temper(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** True if the form of a text is what they want; else its words. */
  boolean wantsForm() {
    return this == OWN_TASTE || this == TURNING;
  }
}
