package io.hydra.serving.state;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.user.UserKey;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/**
 * Histories, heads and recorded responses in Redis, each question one round trip. Blocks for at
 * most the client's timeouts. Where Redis does not answer, the next {@link #PAUSE} fails at once,
 * so that a dead Redis does not cost every query a timeout. A Redis that refuses is asked each
 * time.
 */
public final class UserStateStore {
  static final Duration PAUSE = Duration.ofSeconds(1);
  private static final String READ = "read";
  private static final String RECORD = "record";
  private static final Logger log = LoggerFactory.getLogger(UserStateStore.class);

  private final UnifiedJedis redis;
  private final Runnable dropIdle;
  private final Duration responseTtl;
  private final LongSupplier nanos;
  private final Refusals refusals;
  private volatile boolean away;
  private volatile long retryAt;

  /**
   * @param dropIdle closes the client's idle connections
   * @param responseTtl how long a response stays recorded
   * @param nanos a monotonic clock
   */
  public UserStateStore(
      UnifiedJedis redis, Runnable dropIdle, Duration responseTtl, LongSupplier nanos) {
    this.redis = redis;
    this.dropIdle = dropIdle;
    this.responseTtl = responseTtl;
    this.nanos = nanos;
    this.refusals = new Refusals(nanos);
  }

  /**
   * Everything that an answer needs.
   *
   * @throws StateUnavailableException if Redis does not answer, or refuses
   */
  public UserState read(UserKey user, String task, String baseVersion, String queryId) {
    return pipelined(
        READ,
        pipeline -> {
          Response<byte[]> recorded = pipeline.get(RedisKeys.response(user, queryId));
          Response<Map<byte[], byte[]>> history = pipeline.hgetAll(RedisKeys.history(user, task));
          Response<byte[]> heads = pipeline.get(RedisKeys.heads(user, task, baseVersion));
          pipeline.sync();
          return decode(recorded.get(), history, heads);
        });
  }

  /**
   * The recorded response alone, null if there is none.
   *
   * @throws StateUnavailableException if Redis does not answer, or refuses
   */
  public byte[] recorded(UserKey user, String queryId) {
    return pipelined(
        READ,
        pipeline -> {
          Response<byte[]> recorded = pipeline.get(RedisKeys.response(user, queryId));
          pipeline.sync();
          return recorded.get();
        });
  }

  /**
   * Records a response unless one is recorded already.
   *
   * @return the one that stands: the first, so that two processes that both answered a query during
   *     a rebalance send the same bytes
   * @throws StateUnavailableException if Redis does not answer, or refuses
   */
  public byte[] record(UserKey user, String queryId, byte[] response) {
    byte[] key = RedisKeys.response(user, queryId);
    return pipelined(
        RECORD,
        pipeline -> {
          Response<String> set =
              pipeline.set(key, response, SetParams.setParams().nx().px(responseTtl.toMillis()));
          Response<byte[]> stands = pipeline.get(key);
          pipeline.sync();
          if (stands.get() != null) {
            return stands.get();
          }
          String unused = set.get(); // Throws what Redis refused it with.
          return response;
        });
  }

  /** A history or head that is refused, as one of the wrong type is, takes nothing else along. */
  private UserState decode(
      byte[] recorded, Response<Map<byte[], byte[]>> hash, Response<byte[]> heads) {
    List<String> faults = new ArrayList<>();
    History history = History.EMPTY;
    try {
      history = History.fromHash(hash.get());
    } catch (CorruptValueException | NumberFormatException e) {
      faults.add("the history cannot be read: replay the events");
    } catch (JedisDataException e) {
      faults.add("the history cannot be read, " + refused(READ, e) + ": replay the events");
    }
    Heads decoded = Heads.NONE;
    try {
      byte[] bytes = heads.get();
      decoded = bytes == null ? Heads.NONE : HeadsCodec.decode(bytes);
    } catch (CorruptValueException e) {
      faults.add("the user's head cannot be read, the population head answers: " + e.getMessage());
    } catch (JedisDataException e) {
      faults.add(
          "the user's head cannot be read, the population head answers: " + refused(READ, e));
    }
    return new UserState(recorded, history, decoded, faults);
  }

  private <T> T pipelined(String purpose, Function<AbstractPipeline, T> commands) {
    if (away && nanos.getAsLong() - retryAt < 0) {
      throw new StateUnavailableException("Redis did not answer a moment ago", null);
    }
    try {
      T result = withFreshConnection(commands);
      answers();
      refusals.ended().forEach(over -> log.info("no longer: {}", over));
      return result;
    } catch (JedisException e) {
      if (RedisErrors.code(e).isPresent()) {
        answers();
      } else if (e instanceof JedisConnectionException) {
        doesNotAnswer(e);
        throw new StateUnavailableException("Redis does not answer", e);
      }
      throw new StateUnavailableException(refused(purpose, e), e);
    }
  }

  private void answers() {
    if (away) {
      away = false;
      log.info("Redis answers again");
    }
  }

  private void doesNotAnswer(JedisException error) {
    retryAt = nanos.getAsLong() + PAUSE.toNanos();
    if (!away) {
      away = true;
      log.warn("Redis does not answer, queries are answered without history: {}", error.toString());
    }
  }

  /** Says and logs what was refused; without a code it is the client that had no connection. */
  private String refused(String purpose, JedisException error) {
    String refusal =
        RedisErrors.code(error)
            .map(code -> "Redis refuses to %s (%s)".formatted(purpose, code))
            .orElse("no connection to Redis was to be had to " + purpose);
    if (refusals.begins(refusal)) {
      log.warn("{}", refusal);
    }
    return refusal;
  }

  /** Idle connections die with the server they led to; that is no reason to call it away. */
  private <T> T withFreshConnection(Function<AbstractPipeline, T> commands) {
    try {
      return once(commands);
    } catch (JedisConnectionException e) {
      if (away
          || e.getCause() instanceof SocketTimeoutException
          || RedisErrors.code(e).isPresent()) {
        throw e;
      }
      dropIdle.run();
      return once(commands);
    }
  }

  private <T> T once(Function<AbstractPipeline, T> commands) {
    try (AbstractPipeline pipeline = redis.pipelined()) {
      return commands.apply(pipeline);
    }
  }
}
