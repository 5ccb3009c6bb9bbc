package io.hydra.serving.state;

import io.hydra.runtime.retry.Outage;
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
import java.util.function.Function;
import java.util.function.LongSupplier;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
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

  /** Of the texts of one history: what an answer reads of them in memory is about twice as much. */
  static final long MAX_HISTORY_BYTES = 1024 * 1024;

  private final UnifiedJedis redis;
  private final Runnable dropIdle;
  private final ResponseScript recording;
  private final HistoryReader histories = new HistoryReader(MAX_HISTORY_BYTES);
  private final ViewCache views = new ViewCache();
  private final LongSupplier nanos;

  /** Apart: a Redis that is full still reads. */
  private final Outage reads;

  private final Outage recordings;
  private volatile boolean silent;
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
    this.reads = new Outage("Redis, for histories and heads,", nanos);
    this.recordings = new Outage("Redis, for recording responses,", nanos);
  }

  private record Replies(
      Response<byte[]> recorded,
      Response<byte[]> erased,
      byte[] historyKey,
      Response<Object> history,
      Response<byte[]> heads) {}

  /**
   * Everything that an answer needs.
   *
   * @throws StateUnavailableException if Redis does not answer, or refuses
   */
  public UserState read(UserKey user, String task, String baseVersion, String queryId) {
    return pipelined(
        reads,
        pipeline ->
            decode(
                pipeline,
                views.read(
                    pipeline,
                    view -> {
                      byte[] historyKey = RedisKeys.history(view, user, task);
                      return new Replies(
                          pipeline.get(RedisKeys.response(user, queryId)),
                          pipeline.hget(RedisKeys.user(user), UserFields.erased()),
                          historyKey,
                          histories.ask(pipeline, historyKey),
                          pipeline.get(RedisKeys.heads(user, task, baseVersion)));
                    })));
  }

  /**
   * What an answer without history or heads needs, and {@link #record} after it.
   *
   * @throws StateUnavailableException if Redis does not answer, or refuses
   */
  public UserState readImpersonal(UserKey user, String queryId) {
    return pipelined(
        reads,
        pipeline -> {
          Response<byte[]> recorded = pipeline.get(RedisKeys.response(user, queryId));
          Response<byte[]> erased = pipeline.hget(RedisKeys.user(user), UserFields.erased());
          pipeline.sync();
          return UserState.impersonal(unlessOfOneKey(recorded), unlessOfOneKey(erased));
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
        recordings,
        pipeline -> {
          Response<Object> reply =
              recording.record(pipeline, user, queryId, response, state.erased());
          pipeline.sync();
          return reply.get() instanceof byte[] before ? before : response;
        });
  }

  /**
   * Null where the key holds something else: then nothing can be recorded either, and the answer
   * itself lacks nothing.
   */
  private static byte[] unlessOfOneKey(Response<byte[]> reply) {
    try {
      return reply.get();
    } catch (JedisDataException e) {
      if (RedisFault.of(e) == RedisFault.ONE_KEY) {
        return null;
      }
      throw e;
    }
  }

  /** A history or head that is refused, as one of the wrong type is, takes nothing else along. */
  private UserState decode(AbstractPipeline pipeline, Replies replies) {
    byte[] recorded = unlessOfOneKey(replies.recorded());
    List<String> faults = new ArrayList<>();
    History history = History.EMPTY;
    try {
      history = histories.decode(replies.history(), pipeline, replies.historyKey(), faults);
    } catch (CorruptValueException e) {
      faults.add("the history cannot be read: replay the events");
    } catch (JedisDataException e) {
      faults.add("the history cannot be read, " + unlessAway(e) + ": replay the events");
    }
    Heads decoded = Heads.NONE;
    try {
      byte[] bytes = replies.heads().get();
      decoded = bytes == null ? Heads.NONE : HeadsCodec.decode(bytes);
    } catch (CorruptValueException e) {
      faults.add("the user's head cannot be read, the population head answers: " + e.getMessage());
    } catch (JedisDataException e) {
      faults.add("the user's head cannot be read, the population head answers: " + unlessAway(e));
    }
    byte[] erased = unlessOfOneKey(replies.erased());
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

  private <T> T pipelined(Outage outage, Function<AbstractPipeline, T> commands) {
    if (silent && nanos.getAsLong() - retryAt < 0) {
      throw new StateUnavailableException("Redis did not answer a moment ago", true, null);
    }
    try {
      T result = withFreshConnection(commands);
      silent = false;
      outage.ended();
      return result;
    } catch (CorruptValueException e) {
      silent = false;
      throw new StateUnavailableException(e.getMessage(), false, e);
    } catch (JedisException e) {
      silent = RedisFault.code(e).isEmpty();
      if (RedisFault.of(e) == RedisFault.ONE_KEY) {
        throw new StateUnavailableException(aboutKey(e), false, e);
      }
      if (silent) {
        retryAt = nanos.getAsLong() + PAUSE.toNanos();
      }
      String reason = RedisFault.reason(e);
      outage.began(reason);
      throw new StateUnavailableException(reason, true, e);
    }
  }

  /**
   * Says what is wrong with one key.
   *
   * @throws JedisDataException if nothing is, and Redis refuses for another reason
   */
  private static String unlessAway(JedisDataException refusal) {
    if (RedisFault.of(refusal) == RedisFault.AWAY) {
      throw refusal;
    }
    return aboutKey(refusal);
  }

  private static String aboutKey(JedisException refusal) {
    return "a key of the user holds something else (%s)"
        .formatted(RedisFault.code(refusal).orElse("unknown"));
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
