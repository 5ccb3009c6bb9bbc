package io.hydra.schemas.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import io.hydra.schemas.user.UserKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Reads what is remembered of a user in all tasks, for programs that know no Redis. Thread-safe;
 * writes nothing.
 */
public final class UserExports implements AutoCloseable {
  private final UnifiedJedis redis;
  private final Histories histories;

  /**
   * Everything that is remembered of one user.
   *
   * @param erasedUpTo null if the user was never forgotten
   * @param histories by task, in the order of their names; none is empty
   * @param heads of every base that has some that can be read
   * @param released the cost of private exports of the heads, in ρ: {@link PrivacyLedger}
   */
  public record UserExport(
      Instant erasedUpTo,
      SortedMap<String, History> histories,
      List<OwnHeads> heads,
      double released) {
    public UserExport {
      heads = List.copyOf(heads);
    }
  }

  /** A user's own heads in one task, for one base. */
  public record OwnHeads(String task, String baseVersion, Heads heads) {}

  /** Redis does not answer, or holds what cannot be read. */
  public static final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableException(RuntimeException cause) {
      super("what Redis holds of the user cannot be read", cause);
    }
  }

  private UserExports(UnifiedJedis redis) {
    this.redis = redis;
    this.histories = new Histories(redis);
  }

  /** Connects at the first read. */
  public static UserExports open(RedisUrl url, RedisTimeouts timeouts) {
    return new UserExports(RedisClients.open(url, timeouts));
  }

  /**
   * Reads a user's histories and heads, each at one moment. Of histories, what an erasure under way
   * is yet to remove is left out.
   *
   * @throws UnreadableException if they cannot be read
   */
  public UserExport read(UserKey user) {
    try {
      Map<byte[], byte[]> fields = redis.hgetAll(new UserKeys(user).user());
      long erased = 0;
      double released = 0;
      SortedMap<String, History> found = new TreeMap<>();
      List<OwnHeads> heads = new ArrayList<>();
      for (Map.Entry<byte[], byte[]> field : fields.entrySet()) {
        if (Arrays.equals(field.getKey(), UserKeys.Fields.ERASED)) {
          erased = UserKeys.Fields.requireErasedUpTo(field.getValue());
        }
        if (Arrays.equals(field.getKey(), UserKeys.Fields.RELEASED)) {
          released = Double.parseDouble(new String(field.getValue(), US_ASCII));
        }
        UserKeys.Fields.taskOf(field.getKey())
            .ifPresent(task -> found.put(task, histories.read(user, task)));
        UserKeys.Fields.headsOf(field.getKey())
            .ifPresent(taskAndBase -> readHeads(user, taskAndBase).ifPresent(heads::add));
      }
      long moment = erased;
      found.replaceAll((task, history) -> since(moment, history));
      found.values().removeIf(history -> history.items().isEmpty());
      return new UserExport(
          moment == 0 ? null : Instant.ofEpochMilli(moment), found, heads, released);
    } catch (JedisException | CorruptValueException | NumberFormatException e) {
      throw new UnreadableException(e);
    }
  }

  /**
   * Empty for heads that have expired, and for those that are damaged or of a newer format: they
   * are fitted again from the histories, which are worth giving without them.
   */
  private Optional<OwnHeads> readHeads(UserKey user, String taskAndBase) {
    byte[] value = redis.get(new UserKeys(user).heads(taskAndBase));
    int colon = taskAndBase.indexOf(':');
    if (value == null || colon < 0) {
      return Optional.empty();
    }
    try {
      Heads heads = HeadsCodec.decode(value);
      return Optional.of(
          new OwnHeads(taskAndBase.substring(0, colon), taskAndBase.substring(colon + 1), heads));
    } catch (CorruptValueException e) {
      return Optional.empty();
    }
  }

  private static History since(long erased, History history) {
    return new History(
        history.version(),
        history.items().stream().filter(item -> item.occurredAt() > erased).toList());
  }

  @Override
  public void close() {
    redis.close();
  }
}
