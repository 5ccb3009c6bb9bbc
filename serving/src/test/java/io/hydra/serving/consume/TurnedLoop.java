package io.hydra.serving.consume;

/** A {@link QueryLoop} that is turned by hand, from outside of its package. */
public final class TurnedLoop {
  private final QueryLoop loop;

  public TurnedLoop(QueryLoop loop) {
    this.loop = loop;
  }

  public void subscribe() {
    loop.subscribe();
  }

  public void turn() {
    loop.turn();
  }

  public int inFlight() {
    return loop.inFlight();
  }
}
