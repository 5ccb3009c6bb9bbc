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
  LOYAL("population's taste"),

  /** Wants what the data say, and writes it. */
  WRITING("writes"),

  /** Wants what the population does not, and writes it. */
  WRITING_OWN_TASTE("writes, own taste"),

  /** Writes by chance: any label, or what they wrote of another question. */
  WRITING_BY_CHANCE("writes by chance"),

  /** Wants what the population does not, and writes it; but the LLM knows it. */
  KNOWN("writes, own taste, known to the LLM");

  private final String label;

  Temper(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** True if they have a taste of their own: of texts the form is what they want, not the words. */
  boolean hasOwnTaste() {
    return this == OWN_TASTE || this == TURNING || this == WRITING_OWN_TASTE || this == KNOWN;
  }

  /** True if they write what they want, and never judge what they are shown. */
  boolean writes() {
    return compareTo(WRITING) >= 0;
  }
}
