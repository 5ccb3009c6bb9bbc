package io.hydra.infra.llm.model;

import io.hydra.infra.llm.text.Text;

/**
 * How much an example of the messages counts, for labels and titles alike: {@code SIMILARITY *
 * cosine(example's text, question's text) + PRESENCE}. The cosine of two short texts on one subject
 * is some 0.05 to 0.2.
 */
final class ExampleWeight {
  static final double SIMILARITY = 5;
  static final double PRESENCE = 0.3;

  private ExampleWeight() {}

  static double of(Text shown, Text asked) {
    return SIMILARITY * shown.similarity(asked) + PRESENCE;
  }
}
