package io.hydra.stream.history;

/** What a write did to its history. */
public enum Effect {
  /** A distinct event that entered and stayed. */
  ENTERED('n'),
  /** The event was there, with a lesser time or content, which this one took the place of. */
  REPLACED('r'),
  /** The event was there already. */
  REPEATED('d'),
  /** Older than what the history's limits allow. */
  TOO_OLD('o'),
  /** At or before the user's last erasure. */
  ERASED('e'),
  /** The store can never take it, however often it is tried. */
  REFUSED('x');

  private final char code;

  Effect(char code) {
    this.code = code;
  }

  /** The effect that a store's reply names. */
  static Effect of(int code) {
    for (Effect effect : values()) {
      if (effect.code == code) {
        return effect;
      }
    }
    throw new IllegalArgumentException("no effect has the letter " + (char) code);
  }
}
