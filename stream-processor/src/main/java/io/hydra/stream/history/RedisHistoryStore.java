package io.hydra.stream.history;

import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.user.UserKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * Histories in Redis 6.2 or later: one script call for each write, one round trip for a batch. An
 * error that time heals (no connection, loading, out of memory, a replica during failover) is a
 * {@link StoreUnavailableException}; any other (wrong password, a key of another type) is passed on
 * and should stop the job, since no event is at fault.
 */
public final class RedisHistoryStore implements HistoryStore {
  private static final int KEYS = 2;

  // Errors raised within a script keep their code, but up to Redis 6.2 not at the beginning.
  private static final Pattern HEALS =
      Pattern.compile(
          "(?:^|-)(?:LOADING|OOM|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|MISCONF) ");

  private final UnifiedJedis redis;
  private final HistoryScript script = HistoryScript.load();
  private final byte[] capacity;
  private final byte[] maxAgeMillis;
  private final byte[] ttlMillis;

  /** Takes over {@code redis} and closes it. */
  RedisHistoryStore(UnifiedJedis redis, HistoryLimits limits) {
    this.redis = redis;
    this.capacity = ascii(limits.capacity());
    this.maxAgeMillis = millis(limits.maxAge());
    this.ttlMillis = millis(limits.ttl());
  }

  /** Connects at the first write, not here, so that a job starts while Redis is away. */
  public static RedisHistoryStore open(URI url, HistoryLimits limits) {
    return new RedisHistoryStore(RedisClient.builder().fromURI(url).build(), limits);
  }

  @Override
  public List<WriteOutcome> write(List<HistoryWrite> writes) {
    try {
      return pipelined(writes, false);
    } catch (JedisNoScriptException e) {
      // Sending the text once more loads it wherever it is needed, on every node of a cluster.
      return pipelined(writes, true);
    } catch (JedisConnectionException | JedisClusterOperationException e) {
      throw new StoreUnavailableException("Redis cannot be reached", e);
    }
  }

  private List<WriteOutcome> pipelined(List<HistoryWrite> writes, boolean withText) {
    List<Response<Object>> replies = new ArrayList<>(writes.size());
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (HistoryWrite write : writes) {
        byte[][] arguments = arguments(write);
        replies.add(
            withText
                ? pipeline.eval(script.text(), KEYS, arguments)
                : pipeline.evalsha(script.sha1(), KEYS, arguments));
      }
      pipeline.sync();
    } catch (JedisConnectionException | JedisClusterOperationException e) {
      throw new StoreUnavailableException("Redis cannot be reached", e);
    }
    List<WriteOutcome> outcomes = new ArrayList<>(replies.size());
    for (Response<Object> reply : replies) {
      outcomes.add(outcome(reply));
    }
    return outcomes;
  }

  private static WriteOutcome outcome(Response<Object> reply) {
    try {
      List<?> numbers = (List<?>) reply.get();
      return new WriteOutcome((Long) numbers.get(0), (Long) numbers.get(1) == 1);
    } catch (JedisNoScriptException | JedisAccessControlException e) {
      throw e;
    } catch (JedisDataException e) {
      if (e.getMessage() != null && HEALS.matcher(e.getMessage()).find()) {
        throw new StoreUnavailableException("Redis takes no writes: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private byte[][] arguments(HistoryWrite write) {
    UserKey user = UserKey.parse(write.userKey());
    return new byte[][] {
      RedisKeys.history(user, write.task()),
      RedisKeys.historyOrder(user, write.task()),
      write.eventId().getBytes(StandardCharsets.UTF_8),
      ascii(write.occurredAt()),
      write.item(),
      capacity,
      maxAgeMillis,
      ttlMillis
    };
  }

  private static byte[] millis(Duration duration) {
    return ascii(duration.toMillis());
  }

  private static byte[] ascii(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    redis.close();
  }
}
