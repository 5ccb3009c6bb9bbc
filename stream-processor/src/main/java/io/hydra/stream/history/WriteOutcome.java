package io.hydra.stream.history;

/**
 * @param version of the history after the write: counts its distinct inserts. 0 if refused
 */
public record WriteOutcome(long version, Effect effect) {
  public static final WriteOutcome REFUSED = new WriteOutcome(0, Effect.REFUSED);

  /** Whether a distinct event entered; the version is then above every earlier one of its view. */
  public boolean entered() {
    return effect == Effect.ENTERED;
  }
}
