package io.hydra.schemas.store;

import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.ItemVectors;
import java.util.List;

/**
 * All that Redis holds for one query, read at one moment.
 *
 * @param recorded the response that was already given to this query, as it was sent; null if none
 * @param erased the moment of the user's last erasure, as Redis holds it; null if none, and where
 *     it cannot be read
 * @param history empty for a user never seen, and where it cannot be read
 * @param vectors that are kept beside the history; none where they cannot be read
 * @param heads {@link Heads#NONE} where there are none, and where they cannot be read
 * @param faults the parts that could not be read, and the remedy
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record UserState(
    byte[] recorded,
    byte[] erased,
    History history,
    ItemVectors vectors,
    Heads heads,
    List<String> faults) {
  public UserState {
    faults = List.copyOf(faults);
  }

  /** The same without its history and what is kept beside it. */
  public UserState withoutHistory() {
    return new UserState(recorded, erased, History.EMPTY, ItemVectors.none(""), heads, faults);
  }

  /** Nothing could be read; {@code fault} says why. */
  public static UserState unknown(String fault) {
    return new UserState(
        null, null, History.EMPTY, ItemVectors.none(""), Heads.NONE, List.of(fault));
  }
}
