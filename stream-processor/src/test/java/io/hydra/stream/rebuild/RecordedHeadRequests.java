package io.hydra.stream.rebuild;

import io.hydra.schemas.user.UserKey;
import java.util.HashMap;
import java.util.Map;

/** Remembers versions by {@code tenant:user/task}. */
final class RecordedHeadRequests implements HeadRequests {
  private final Map<String, Long> versions = new HashMap<>();
  private Runnable beforeFlush = () -> {};

  void beforeFlush(Runnable action) {
    beforeFlush = action;
  }

  Map<String, Long> versions() {
    return versions;
  }

  @Override
  public void request(UserKey user, String task, long version) {
    versions.put(user.recordKey() + "/" + task, version);
  }

  @Override
  public void flush() {
    beforeFlush.run();
  }

  @Override
  public void close() {}
}
