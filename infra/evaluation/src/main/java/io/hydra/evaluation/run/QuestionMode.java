package io.hydra.evaluation.run;

/** What is asked of a user. */
public enum QuestionMode {
  /** LaMP's one question, with the whole profile as history. */
  LAMP,
  /** Each of the last fifth of the items, with the earlier ones as history, then learned. */
  LAST20,
  /** Every item, with the earlier ones as history, then learned. */
  ALL;

  /** Index of the first item that is asked, of {@code items}. */
  int firstAsked(int items) {
    return switch (this) {
      case LAMP -> items;
      case LAST20 -> items - (items + 4) / 5;
      case ALL -> 0;
    };
  }
}
