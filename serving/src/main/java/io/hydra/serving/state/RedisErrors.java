package io.hydra.serving.state;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.exceptions.JedisDataException;

/** Tells a Redis that refuses from one that does not answer. */
final class RedisErrors {
  private static final Pattern CODE = Pattern.compile("[A-Z]{2,32}\\b");

  /** How Redis before 7 wraps what a command in a script was refused with. */
  private static final Pattern IN_SCRIPT =
      Pattern.compile("ERR Error running script .*?@user_script: ?\\d+: -?([A-Z]{2,32})\\b.*");

  private static final String NO_CODE = "ERR";

  private RedisErrors() {}

  /**
   * The code of Redis' error reply, such as WRONGPASS, OOM or WRONGTYPE; empty if there was no
   * reply. The rest of the reply may quote keys, and so users.
   */
  static Optional<String> code(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof JedisDataException) {
        String message = String.valueOf(e.getMessage());
        Matcher inScript = IN_SCRIPT.matcher(message);
        if (inScript.matches()) {
          return Optional.of(inScript.group(1));
        }
        Matcher code = CODE.matcher(message);
        return Optional.of(code.lookingAt() ? code.group() : NO_CODE);
      }
    }
    return Optional.empty();
  }
}
