package io.hydra.stream.rebuild;

import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.View;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Whose history. */
record Slot(UserKey user, String task) {
  /** Of a history's hash; empty if no program of this project wrote such a key. */
  static Optional<Slot> of(View view, String key) {
    String pattern = new String(RedisKeys.histories(view), StandardCharsets.UTF_8);
    int begin = pattern.length() - 1;
    // A task holds no brace, a user id may.
    int end = key.lastIndexOf("}:");
    if (end < begin) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Slot(UserKey.parse(key.substring(begin, end)), key.substring(end + 2)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  byte[] history(View view) {
    return RedisKeys.history(view, user, task);
  }
}
