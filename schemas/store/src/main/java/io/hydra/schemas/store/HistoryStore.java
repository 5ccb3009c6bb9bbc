package io.hydra.schemas.store;

import io.hydra.schemas.user.UserKey;
import java.util.List;
import java.util.OptionalLong;

/**
 * Rolling histories, each kept to {@link io.hydra.schemas.redis.HistoryLimits#keep} of all its
 * events: neither the order of writes and erasures nor their repetition matters. A write is atomic
 * for its user and task.
 */
public interface HistoryStore extends AutoCloseable {
  /**
   * One event on its way into a history.
   *
   * @param occurredAt milliseconds since the epoch
   * @param item {@link io.hydra.schemas.redis.HistoryItemCodec}'s bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  record Write(UserKey user, String task, String eventId, long occurredAt, byte[] item) {}

  /**
   * The outcome of a write.
   *
   * @param version of the history after the write: counts its distinct inserts. 0 if refused
   */
  record Outcome(long version, Effect effect) {
    public static final Outcome REFUSED = new Outcome(0, Effect.REFUSED);

    /**
     * Tells whether a distinct event entered; the version is then above every earlier one of its
     * view.
     */
    public boolean entered() {
      return effect == Effect.ENTERED;
    }
  }

  /** The effect of a write on its history. */
  enum Effect {
    /** A distinct event that entered and stayed. */
    ENTERED,
    /** The event was there, with a lesser time or content, which this one took the place of. */
    REPLACED,
    /** The event was there already. */
    REPEATED,
    /** Older than what the history's limits allow. */
    TOO_OLD,
    /** At or before the user's last erasure. */
    ERASED,
    /** The store can never take it, however often it is tried. */
    REFUSED
  }

  /**
   * A user wants to be forgotten.
   *
   * @param eventId of the event that says so
   * @param upTo its occurred_at, milliseconds since the epoch: what occurred then or before goes
   */
  record Erasure(UserKey user, String eventId, long upTo) {}

  /**
   * The result of an erasure.
   *
   * @param removed items, over all of the user's tasks
   * @param kept items that occurred later
   * @param left the histories that hold them
   */
  record Erased(int removed, int kept, List<Left> left) {
    public Erased {
      left = List.copyOf(left);
    }

    /** A history that an erasure did not empty, and its version since. */
    public record Left(String task, long version) {}
  }

  /** The store does not answer, or cannot take writes now: worth a retry. */
  final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** A key of the user is of another type, so the store can never do what it was asked. */
  final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RefusedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Applies the writes, those of one user and task in order.
   *
   * @return one outcome for each write, in the same order
   * @throws UnavailableException if the store is away; any part of the writes may have happened,
   *     and all of them can be repeated
   */
  List<Outcome> write(List<Write> writes);

  /**
   * Forgets a user up to a moment: histories, heads, recorded responses. Whatever occurred at or
   * before that moment stays out from then on.
   *
   * @throws UnavailableException if the store is away; any part may have happened, and all of it
   *     can be repeated
   * @throws RefusedException if it can never be done, since a key of the user is no such key
   */
  Erased erase(Erasure erasure);

  /**
   * Puts what was written into less room, if that is worth it: for its owner to call between
   * writes. What the histories hold does not change, and nothing is lost if it is never called.
   *
   * @param writes of the batch that was just written, 0 when it is calm: after many of them only
   *     what is worth most is done
   * @return whether something is left to be done
   */
  default boolean tidy(int writes) {
    return false;
  }

  /** The histories that {@link #tidy} has found to be too large for less room, or damaged. */
  default long untidied() {
    return 0;
  }

  /**
   * The memory that one history takes, in bytes; empty if the store cannot tell, for whatever
   * reason.
   */
  default OptionalLong bytes(UserKey user, String task) {
    return OptionalLong.empty();
  }

  @Override
  void close();
}
