package io.hydra.serving.state;

import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.History;
import java.util.List;

/**
 * What Redis holds for one query, read at one moment.
 *
 * @param recorded the response that was already given to this query, as it was sent; null if none
 * @param history empty for a user never seen, and where it cannot be read
 * @param heads {@link Heads#NONE} where there are none, and where they cannot be read
 * @param faults what could not be read, and the remedy
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record UserState(byte[] recorded, History history, Heads heads, List<String> faults) {
  public UserState {
    faults = List.copyOf(faults);
  }
}
