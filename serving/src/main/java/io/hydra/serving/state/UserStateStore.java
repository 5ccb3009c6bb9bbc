package io.hydra.serving.state;

import io.hydra.runtime.retry.Outage;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.store.Responses;
import io.hydra.schemas.store.UserState;
import io.hydra.schemas.store.UserStateReader;
import io.hydra.schemas.user.UserKey;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Asks Redis for users' states and records responses, each in one round trip (two where the current
 * view has changed since the last one). After Redis did not answer, all calls within {@link #PAUSE}
 * fail at once, so that a dead Redis does not cost every query a timeout. A Redis that refuses is
 * asked each time.
 */
public final class UserStateStore implements UserStates {
  static final Duration PAUSE = Duration.ofSeconds(1);

  private final UnifiedJedis redis;
  private final Runnable dropIdle;
  private final UserStateReader reader;
  private final Responses responses;
  private final LongSupplier nanos;

  /** Apart: a Redis that is full still reads. */
  private final Outage reads;

  private final Outage recordings;
  private volatile boolean silent;
  private volatile long retryAt;

  /**
   * @param dropIdle closes the client's idle connections
   * @param responseTtl the time for which a response stays recorded
   * @param historyBytes of memory for histories that were read, see {@link UserStateReader}
   * @param nanos a monotonic clock
   */
  public UserStateStore(
      UnifiedJedis redis,
      Runnable dropIdle,
      Duration responseTtl,
      long historyBytes,
      LongSupplier nanos) {
    this.redis = redis;
    this.dropIdle = dropIdle;
    this.responses = new Responses(responseTtl);
    this.reader = new UserStateReader(historyBytes);
    this.nanos = nanos;
    this.reads = new Outage("Redis (histories and heads)", nanos);
    this.recordings = new Outage("Redis (recording responses)", nanos);
  }

  @Override
  public UserState read(UserKey user, String task, String baseVersion, String queryId) {
    return pipelined(reads, pipeline -> reader.read(pipeline, user, task, baseVersion, queryId));
  }

  @Override
  public UserState readImpersonal(UserKey user, String queryId) {
    return pipelined(reads, pipeline -> reader.readImpersonal(pipeline, user, queryId));
  }

  @Override
  public byte[] record(UserKey user, String queryId, byte[] response, UserState state) {
    return pipelined(
        recordings, pipeline -> responses.record(pipeline, user, queryId, response, state));
  }

  private <T> T pipelined(Outage outage, Function<AbstractPipeline, T> commands) {
    if (silent && nanos.getAsLong() - retryAt < 0) {
      throw new UnavailableException("Redis did not answer a moment ago", true, null);
    }
    try {
      T result = withFreshConnection(commands);
      silent = false;
      outage.ended();
      return result;
    } catch (CorruptValueException e) {
      silent = false;
      throw new UnavailableException(e.getMessage(), false, e);
    } catch (JedisException e) {
      silent = RedisFault.code(e).isEmpty();
      if (RedisFault.of(e) == RedisFault.ONE_KEY) {
        throw new UnavailableException(RedisFault.aboutKey(e), false, e);
      }
      if (silent) {
        retryAt = nanos.getAsLong() + PAUSE.toNanos();
      }
      String reason = RedisFault.reason(e);
      outage.began(reason);
      throw new UnavailableException(reason, true, e);
    }
  }

  /** Idle connections die with the server they led to; that is no reason to call it away. */
  private <T> T withFreshConnection(Function<AbstractPipeline, T> commands) {
    try {
      return once(commands);
    } catch (JedisConnectionException e) {
      if (silent
          || e.getCause() instanceof SocketTimeoutException
          || RedisFault.code(e).isPresent()) {
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
