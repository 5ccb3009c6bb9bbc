package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.redis.client.RedisScript;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Erases one history of a view up to a moment. Redis does it by itself, unless the history's pack
 * holds items of before and after the moment: then those that stay are packed again here.
 */
final class HistoryErasure {
  private static final RedisScript SCRIPT =
      RedisScript.load(HistoryErasure.class, "erase-history.lua");

  private static final int KEYS = 2;
  private static final byte[] NONE = new byte[0];

  private final UserPart.Target target;
  private final String task;
  private final View view;
  private final byte[] key;
  private final Response<Object> reply;

  /** Puts it into {@code pipeline}, as far as it goes without an answer. */
  HistoryErasure(UserPart.Target target, String task, View view, AbstractPipeline pipeline) {
    this.target = target;
    this.task = task;
    this.view = view;
    this.key = target.keys().history(view, task);
    this.reply = SCRIPT.eval(pipeline, KEYS, key, order(), moment());
  }

  private byte[] order() {
    return target.keys().historyOrder(view, task);
  }

  private byte[] moment() {
    return Layout.ascii(target.upTo());
  }

  /**
   * Does the rest, once the pipeline has been synchronized, and counts it.
   *
   * @throws JedisDataException if Redis refuses
   */
  void finish(UnifiedJedis redis, UserPart.Tally tally) {
    List<?> numbers = (List<?>) reply.get();
    while (numbers == null) {
      Map<byte[], byte[]> fields = redis.hgetAll(key);
      numbers =
          (List<?>)
              SCRIPT.eval(
                  redis,
                  KEYS,
                  key,
                  order(),
                  moment(),
                  orNone(HistoryHash.value(fields, HistoryHash.VERSION)),
                  orNone(HistoryHash.value(fields, HistoryHash.STAMP)),
                  packOfThoseThatStay(fields));
    }
    // The first view's counts.
    if (view.equals(target.views().get(0))) {
      tally.add(task, (Long) numbers.get(0), (Long) numbers.get(1), (Long) numbers.get(2));
    }
  }

  private static byte[] orNone(byte[] value) {
    return value == null ? NONE : value;
  }

  private byte[] packOfThoseThatStay(Map<byte[], byte[]> fields) {
    Map<String, byte[]> packed;
    try {
      packed = new HistoryHash(fields).packed();
      packed.values().removeIf(item -> HistoryItemCodec.occurredAt(item) <= target.upTo());
    } catch (CorruptValueException e) {
      // Nobody can read them, and some have to go.
      return NONE;
    }
    return packed.isEmpty() ? NONE : HistoryPack.encode(packed);
  }
}
