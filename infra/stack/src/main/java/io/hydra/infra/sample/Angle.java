package io.hydra.infra.sample;

import java.util.List;

/** How a note of the sample looks at its subject, and the shelf of those who file by that. */
enum Angle {
  HOW_TO("workshop", "step by step, how to get started with %s", "five tricks for %s and %s"),
  COST("business", "what %s really costs over a year", "is %s worth the money, given %s?"),
  PAST("history", "a hundred years of %s", "where %s came from, and what %s replaced"),
  RESEARCH("science", "a new study measures %s", "what researchers learnt from %s and %s"),
  WELLBEING("health", "why %s is good for body and mind", "feeling better with %s and %s"),
  STORY("family", "my sister, %s and an unexpected afternoon", "what %s taught me about %s");

  private final String shelf;

  @SuppressWarnings("ImmutableEnumChecker") // An immutable list of strings.
  private final List<String> phrases;

  Angle(String shelf, String... phrases) {
    this.shelf = shelf;
    this.phrases = List.of(phrases);
  }

  String shelf() {
    return shelf;
  }

  /** Phrases with one or two places for things. */
  List<String> phrases() {
    return phrases;
  }
}
