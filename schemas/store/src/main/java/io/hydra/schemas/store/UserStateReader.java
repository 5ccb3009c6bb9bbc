package io.hydra.schemas.store;

import static io.hydra.schemas.redis.client.RedisFault.valueOr;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.user.UserKey;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Reads what an answer needs of a user, all parts in one round trip (two where the current view has
 * changed since the last one). Thread-safe; writes nothing.
 */
public final class UserStateReader {
  /** Of the texts of one history: what an answer reads of them in memory is about twice as much. */
  public static final long MAX_HISTORY_BYTES = 1024 * 1024;

  private final BoundedHistories histories = new BoundedHistories(MAX_HISTORY_BYTES);
  private final Views.Reader views = new Views.Reader();

  private record Replies(
      Response<byte[]> recorded,
      Response<byte[]> erased,
      byte[] historyKey,
      Response<Object> history,
      Response<byte[]> heads) {}

  /**
   * Everything that an answer needs. What is wrong with one key takes nothing else along.
   *
   * @throws Views.CorruptPointerException if the pointer to the current view names none
   * @throws JedisDataException if Redis refuses
   */
  public UserState read(
      AbstractPipeline pipeline, UserKey user, String task, String baseVersion, String queryId) {
    UserKeys keys = new UserKeys(user);
    return decode(
        pipeline,
        views.read(
            pipeline,
            view -> {
              byte[] historyKey = keys.history(view, task);
              return new Replies(
                  pipeline.get(keys.response(queryId)),
                  pipeline.hget(keys.user(), UserKeys.Fields.ERASED),
                  historyKey,
                  histories.ask(pipeline, historyKey),
                  pipeline.get(keys.heads(task, baseVersion)));
            }));
  }

  /** Reads what an answer without history or heads needs, and {@link Responses#record} after it. */
  public UserState readImpersonal(AbstractPipeline pipeline, UserKey user, String queryId) {
    UserKeys keys = new UserKeys(user);
    Response<byte[]> recorded = pipeline.get(keys.response(queryId));
    Response<byte[]> erased = pipeline.hget(keys.user(), UserKeys.Fields.ERASED);
    pipeline.sync();
    return new UserState(
        valueOr(recorded, null), valueOr(erased, null), History.EMPTY, Heads.NONE, List.of());
  }

  /**
   * A user's heads of one task for one base.
   *
   * @return {@link Heads#NONE} where there are none
   * @throws CorruptValueException if they cannot be read
   */
  public static Heads readHeads(UnifiedJedis redis, UserKey user, String task, String baseVersion) {
    return heads(redis.get(new UserKeys(user).heads(task, baseVersion)));
  }

  private static Heads heads(byte[] bytes) {
    return bytes == null ? Heads.NONE : HeadsCodec.decode(bytes);
  }

  /** A history or head that is refused, as one of the wrong type is, takes nothing else along. */
  private UserState decode(AbstractPipeline pipeline, Replies replies) {
    // Null where the key holds something else: then nothing can be recorded either, and the answer
    // itself lacks nothing.
    byte[] recorded = valueOr(replies.recorded(), null);
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
      decoded = heads(replies.heads().get());
    } catch (CorruptValueException e) {
      faults.add("the user's head cannot be read, the population head answers: " + e.getMessage());
    } catch (JedisDataException e) {
      faults.add("the user's head cannot be read, the population head answers: " + unlessAway(e));
    }
    byte[] erased = valueOr(replies.erased(), null);
    History kept = since(erased, history);
    // An erasure is under way: the heads may have been fitted on what goes.
    Heads used = kept.items().size() < history.items().size() ? Heads.NONE : decoded;
    return new UserState(recorded, erased, kept, used, faults);
  }

  /**
   * What an erasure under way is yet to remove counts as removed, or an answer made from it would
   * pass for one made afterwards.
   */
  private static History since(byte[] erased, History history) {
    long moment =
        UserKeys.Fields.erasedUpTo(erased)
            .orElseThrow(
                () -> new CorruptValueException("the moment of a user's erasure is no number"));
    return new History(
        history.version(),
        history.items().stream().filter(item -> item.occurredAt() > moment).toList());
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
    return RedisFault.aboutKey(refusal);
  }
}
