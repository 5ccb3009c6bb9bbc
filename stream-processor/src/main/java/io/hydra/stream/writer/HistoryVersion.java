package io.hydra.stream.writer;

/**
 * The version of a history after a write, whether or not that write changed it; or that a user was
 * erased. Names the user by record key, which keyed state is keyed by.
 *
 * @param userKey {@code tenant:user}
 * @param task empty if the user was erased
 * @param version counts the history's distinct inserts
 * @param entered whether the write was one of them; false for one that is repeated after a crash,
 *     though it may have been the first time
 * @param left whether an erasure spared this history or a part of it: heads fitted before are gone
 * @param erased null unless the user was erased
 */
public record HistoryVersion(
    String userKey, String task, long version, boolean entered, boolean left, ErasedUser erased) {
  /** The history after a write. */
  public static HistoryVersion of(String userKey, String task, long version, boolean entered) {
    return new HistoryVersion(userKey, task, version, entered, false, null);
  }

  /** The rest that an erasure left of a history. */
  public static HistoryVersion left(String userKey, String task, long version) {
    return new HistoryVersion(userKey, task, version, false, true, null);
  }

  /** The user is forgotten, and so is every version before this. */
  public static HistoryVersion erased(ErasedUser user) {
    return new HistoryVersion(user.userKey(), "", 0, false, false, user);
  }

  /**
   * An erasure that was carried out, for the record.
   *
   * @param userKey {@code tenant:user}
   * @param eventId of the erasure
   * @param upTo milliseconds since the epoch: what occurred then or before is gone
   * @param removed history items
   * @param kept history items that occurred later
   * @param performedAt milliseconds since the epoch
   */
  public record ErasedUser(
      String userKey, String eventId, long upTo, int removed, int kept, long performedAt) {}
}
