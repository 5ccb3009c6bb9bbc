package io.hydra.schemas.redis.client;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Classifies failures of Redis by what they are about, the same for every program: Redis itself, or
 * the content of one key.
 */
public enum RedisFault {
  /**
   * Redis does not answer, or answers and refuses: it is loading, full, a replica, short of a slot,
   * or denies the password or a right. Wait and try again, however long: nobody's key is at fault.
   */
  AWAY,
  /**
   * The key holds another type, or a value that is not what the command or script needs. Another
   * attempt fails alike; the user's other keys, and other users, are sound.
   */
  ONE_KEY;

  private static final Pattern CODE = Pattern.compile("[A-Z]{2,32}\\b");

  /** The form in which Redis before 7 wraps the error of a command in a script. */
  private static final Pattern IN_SCRIPT =
      Pattern.compile("ERR Error running script .*?@user_script: ?\\d+: -?([A-Z]{2,32})\\b.*");

  /** Lua's own errors about a value, and those of commands that count. */
  private static final Pattern BAD_VALUE =
      Pattern.compile(
          "user_script.*\\battempt to (?:compare|perform|concatenate|index)\\b"
              + "|\\bvalue is not (?:an integer|a float|a valid float|a double)\\b"
              + "|\\bnot a valid float\\b"
              + "|\\bwould overflow\\b");

  private static final String ABOUT_ONE_KEY = "WRONGTYPE";
  private static final String FULL = "OOM";

  private static final String NO_CODE = "ERR";

  /** Classifies by the reply of Redis, if there is one in the chain of causes. */
  public static RedisFault of(JedisException failure) {
    JedisDataException reply = reply(failure);
    if (reply == null) {
      return AWAY;
    }
    String message = String.valueOf(reply.getMessage());
    return ABOUT_ONE_KEY.equals(code(message)) || BAD_VALUE.matcher(message).find()
        ? ONE_KEY
        : AWAY;
  }

  /**
   * The value of a reply, or another where it is about {@link #ONE_KEY}.
   *
   * @throws JedisDataException if Redis refuses for another reason
   */
  public static <T> T valueOr(Response<T> reply, T whenUnreadable) {
    try {
      return reply.get();
    } catch (JedisDataException e) {
      if (of(e) == ONE_KEY) {
        return whenUnreadable;
      }
      throw e;
    }
  }

  /**
   * The code of Redis' error reply, such as WRONGPASS, OOM or WRONGTYPE; empty if there was no
   * reply. The rest of the reply may quote keys, and so users.
   */
  public static Optional<String> code(Throwable failure) {
    JedisDataException reply = reply(failure);
    return reply == null ? Optional.empty() : Optional.of(code(String.valueOf(reply.getMessage())));
  }

  /** Tells whether Redis refused since it has no memory left. */
  public static boolean isFull(Throwable failure) {
    return code(failure).filter(FULL::equals).isPresent();
  }

  /** One line that says what is wrong and what to do; quotes nothing that Redis said. */
  public static String reason(JedisException failure) {
    Optional<String> code = code(failure);
    if (code.isEmpty()) {
      return failure instanceof JedisConnectionException
              || failure instanceof JedisClusterOperationException
          ? "Redis does not answer"
          : "no connection to Redis was available";
    }
    return switch (code.get()) {
      case "WRONGPASS", "NOAUTH" ->
          "Redis refuses the password (%s): set user and password in the Redis URL"
              .formatted(code.get());
      case "NOPERM" -> "Redis denies its user a command or a key (NOPERM): grant it by ACL SETUSER";
      case FULL -> "Redis is full (OOM): raise maxmemory";
      case "MISCONF" -> "Redis cannot save to disk (MISCONF): free its disk";
      case "READONLY" -> "Redis is a replica (READONLY): name the primary in the Redis URL";
      case ABOUT_ONE_KEY ->
          "a key of Redis holds another type (WRONGTYPE): something else writes into it; delete the"
              + " key, then hydra rebuild (histories), hydra refit --all (heads) or hydra base --use"
              + " (the choice of a base)";
      default -> "Redis refuses (%s)".formatted(code.get());
    };
  }

  /** The same for a failure that is about {@link #ONE_KEY}. */
  public static String aboutKey(JedisException failure) {
    return "a key of the user holds something else (%s)".formatted(code(failure).orElse("unknown"));
  }

  private static JedisDataException reply(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof JedisDataException reply) {
        return reply;
      }
    }
    return null;
  }

  private static String code(String message) {
    Matcher inScript = IN_SCRIPT.matcher(message);
    if (inScript.matches()) {
      return inScript.group(1);
    }
    Matcher code = CODE.matcher(message);
    return code.lookingAt() ? code.group() : NO_CODE;
  }
}
