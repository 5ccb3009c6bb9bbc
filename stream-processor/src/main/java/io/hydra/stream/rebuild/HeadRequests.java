package io.hydra.stream.rebuild;

import io.hydra.schemas.store.RebuildException;
import io.hydra.schemas.user.UserKey;

/** Requests for heads, of one reason. */
public interface HeadRequests extends AutoCloseable {
  /**
   * @param version of the history that the heads must have seen, at least
   */
  void request(UserKey user, String task, long version);

  /**
   * Waits until all of them are taken.
   *
   * @throws RebuildException if one is not
   */
  void flush();

  @Override
  void close();
}
