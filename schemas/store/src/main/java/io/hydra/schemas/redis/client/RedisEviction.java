package io.hydra.schemas.redis.client;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Verifies that Redis evicts nothing. A key that a full server drops by itself is not missed by
 * anybody: without the moment of an erasure a forgotten user comes back, without the pointer to the
 * view every history is empty.
 */
public final class RedisEviction {
  private static final Logger log = LoggerFactory.getLogger(RedisEviction.class);
  private static final String SETTING = "maxmemory-policy";
  private static final String NONE = "noeviction";
  private static final Pattern IN_INFO = Pattern.compile("(?m)^maxmemory_policy:(\\S+)");
  private static final CommandArguments INFO =
      new CommandArguments(Protocol.Command.INFO).add("memory");
  private static final CommandArguments CONFIG =
      new CommandArguments(Protocol.Command.CONFIG).add(Protocol.Keyword.GET).add(SETTING);

  private RedisEviction() {}

  /** A server may drop keys; the message says what to do. */
  public static final class EvictsException extends Exception {
    private static final long serialVersionUID = 1L;

    EvictsException(String policy) {
      super(
          ("Redis has %s %s and may drop the record of an erasure or the current view: set %s %s,"
                  + " and watch its memory instead")
              .formatted(SETTING, policy, SETTING, NONE));
    }
  }

  /**
   * Asks every primary. Where Redis does not tell, a warning says so.
   *
   * @throws EvictsException if a server is set to evict
   * @throws JedisException if Redis is away
   */
  public static void requireNone(UnifiedJedis redis) throws EvictsException {
    for (Function<CommandArguments, Object> primary : RedisClients.primaries(redis)) {
      Optional<String> policy = policy(primary);
      if (policy.isEmpty()) {
        log.warn(
            "Redis does not tell its {}. Make sure that it is {}: an evicted key can bring a"
                + " forgotten user back",
            SETTING,
            NONE);
      } else if (!policy.get().equals(NONE)) {
        throw new EvictsException(policy.get());
      }
    }
  }

  private static Optional<String> policy(Function<CommandArguments, Object> primary) {
    if (ask(primary, INFO) instanceof byte[] info) {
      Matcher matcher = IN_INFO.matcher(text(info));
      if (matcher.find()) {
        return Optional.of(matcher.group(1));
      }
    }
    return ask(primary, CONFIG) instanceof List<?> pair && pair.size() == 2
        ? Optional.of(text((byte[]) pair.get(1)))
        : Optional.empty();
  }

  /** Null if Redis answers, but denies or does not know the command. */
  private static Object ask(Function<CommandArguments, Object> primary, CommandArguments question) {
    try {
      return primary.apply(question);
    } catch (JedisDataException e) {
      String code = RedisFault.code(e).orElse("");
      if (code.equals("NOPERM") || code.equals("ERR")) {
        return null;
      }
      throw e;
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
