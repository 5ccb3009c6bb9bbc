package io.hydra.stream.rebuild;

import io.hydra.schemas.store.RebuildException;
import io.hydra.schemas.user.UserKey;

/** Requests for heads that must learn of a rebuilt history. */
public interface HeadRequests extends AutoCloseable {
  /**
   * @param version of the new history
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
