package io.hydra.serving.state;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.UserFields;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.ViewCache;
import io.hydra.schemas.user.UserKey;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
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
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Histories, heads and recorded responses in Redis, each question one round trip (two where the
 * current view has changed since the last one). Blocks for at most the client's timeouts. Where
 * Redis does not answer, the next {@link #PAUSE} fails at once, so that a dead Redis does not cost
 * every query a timeout. A Redis that refuses is asked each time.
 */
public final class UserStateStore {
  static final Duration PAUSE = Duration.ofSeconds(1);
  private static final String READ = "read";
  private static final String RECORD = "record";
  private static final Logger log = LoggerFactory.getLogger(UserStateStore.class);

  private final UnifiedJedis redis;
  private final Runnable dropIdle;
  private final ResponseScript recording;
  private final ViewCache views = new ViewCache();
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
    this.recording = new ResponseScript(responseTtl);
    this.nanos = nanos;
    this.refusals = new Refusals(nanos);
  }

  private record Replies(
      Response<byte[]> recorded,
      Response<byte[]> erased,
      Response<Map<byte[], byte[]>> history,
      Response<byte[]> heads) {}

  /**
   * Everything that an answer needs.
   *
   * @throws StateUnavailableException if Redis does not answer, or refuses
   */
  public UserState read(UserKey user, String task, String baseVersion, String queryId) {
    return pipelined(
        READ,
        pipeline ->
            decode(
                views.read(
                    pipeline,
                    view ->
                        new Replies(
                            pipeline.get(RedisKeys.response(user, queryId)),
                            pipeline.hget(RedisKeys.user(user), UserFields.erased()),
                            pipeline.hgetAll(RedisKeys.history(view, user, task)),
                            pipeline.get(RedisKeys.heads(user, task, baseVersion))))));
  }

  /**
   * What an answer without history or heads needs, and {@link #record} after it.
   *
   * @throws StateUnavailableException if Redis does not answer, or refuses
   */
  public UserState readImpersonal(UserKey user, String queryId) {
    return pipelined(
        READ,
        pipeline -> {
          Response<byte[]> recorded = pipeline.get(RedisKeys.response(user, queryId));
          Response<byte[]> erased = pipeline.hget(RedisKeys.user(user), UserFields.erased());
          pipeline.sync();
          return UserState.impersonal(recorded.get(), moment(erased));
        });
  }

  /**
   * Records a response unless one is recorded already, or the user was erased since {@code state}
   * was read: what was made from a history that is gone is not kept.
   *
   * @param state what the response was made from. One that could not be read counts as that of a
   *     user never erased
   * @return the one that stands: the first, so that two processes that both answered a query during
   *     a rebalance send the same bytes; {@code response} if none does
   * @throws StateUnavailableException if Redis does not answer, or refuses
   */
  public byte[] record(UserKey user, String queryId, byte[] response, UserState state) {
    return pipelined(
        RECORD,
        pipeline -> {
          Response<Object> reply =
              recording.record(pipeline, user, queryId, response, state.erased());
          pipeline.sync();
          return reply.get() instanceof byte[] before ? before : response;
        });
  }

  /** Where it is refused, recording will be too; the answer itself lacks nothing. */
  private byte[] moment(Response<byte[]> erased) {
    try {
      return erased.get();
    } catch (JedisDataException e) {
      String unused = refused(READ, e);
      return null;
    }
  }

  /** A history or head that is refused, as one of the wrong type is, takes nothing else along. */
  private UserState decode(Replies replies) {
    byte[] recorded = replies.recorded().get();
    List<String> faults = new ArrayList<>();
    History history = History.EMPTY;
    try {
      history = History.fromHash(replies.history().get());
    } catch (CorruptValueException e) {
      faults.add("the history cannot be read: replay the events");
    } catch (JedisDataException e) {
      faults.add("the history cannot be read, " + refused(READ, e) + ": replay the events");
    }
    Heads decoded = Heads.NONE;
    try {
      byte[] bytes = replies.heads().get();
      decoded = bytes == null ? Heads.NONE : HeadsCodec.decode(bytes);
    } catch (CorruptValueException e) {
      faults.add("the user's head cannot be read, the population head answers: " + e.getMessage());
    } catch (JedisDataException e) {
      faults.add(
          "the user's head cannot be read, the population head answers: " + refused(READ, e));
    }
    byte[] erased = moment(replies.erased());
    History kept = since(erased, history);
    // An erasure is under way: the heads may have been fitted on what goes.
    Heads used = kept.items().size() < history.items().size() ? Heads.NONE : decoded;
    return new UserState(recorded, erased, kept, used, faults);
  }

  /**
   * An erasure first remembers its moment and then removes what occurred until then. What is read
   * in between counts as removed, or an answer made from it would pass for one made afterwards.
   */
  private static History since(byte[] erased, History history) {
    if (erased == null) {
      return history;
    }
    long moment;
    try {
      moment = Long.parseLong(new String(erased, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      throw new CorruptValueException("the moment of a user's erasure is no number", e);
    }
    return new History(
        history.version(),
        history.items().stream().filter(item -> item.occurredAt() > moment).toList());
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
    } catch (CorruptValueException e) {
      answers();
      throw new StateUnavailableException(e.getMessage(), e);
    } catch (JedisException e) {
      if (RedisFault.code(e).isPresent()) {
        answers();
      } else if (e instanceof JedisConnectionException
          || e instanceof JedisClusterOperationException) {
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
        RedisFault.code(error)
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
