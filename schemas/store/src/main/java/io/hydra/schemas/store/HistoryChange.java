package io.hydra.schemas.store;

import io.hydra.schemas.redis.client.RedisScript;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;

/**
 * Fields of one history to set and to remove, in one step, if the user's erasure and the history's
 * version and stamp are still those that it was decided on.
 */
final class HistoryChange {
  static final RedisScript SCRIPT = RedisScript.load(HistoryChange.class, "change-history.lua");

  /** The script's reply if it was made. */
  static final Long MADE = 1L;

  private static final int KEYS = 3;
  private static final byte[] NONE = new byte[0];
  private static final byte[] YES = Layout.ascii(1);
  private static final byte[] NO = Layout.ascii(0);
  private static final byte[] AS_IT_IS = Layout.ascii(0);
  private static final int STAMP_RADIX = 36;

  private final HistoryId id;
  private final View view;
  private final KnownHistory.Basis before;
  private final List<byte[]> set = new ArrayList<>();
  private final List<byte[]> removed = new ArrayList<>();
  private byte[] expiry = AS_IT_IS;
  private boolean freesMemory;

  HistoryChange(HistoryId id, View view, KnownHistory.Basis before) {
    this.id = id;
    this.view = view;
    this.before = before;
    if (before.incomplete()) {
      removed.addAll(HistoryHash.EARLIER_FIELDS);
    }
  }

  /**
   * @param number never the same again, not in another process either
   */
  static byte[] stamp(long number) {
    return Layout.utf8(Long.toUnsignedString(number, STAMP_RADIX));
  }

  HistoryChange set(byte[] field, byte[] value) {
    set.add(field);
    set.add(value);
    return this;
  }

  HistoryChange remove(byte[] field) {
    removed.add(field);
    return this;
  }

  /**
   * @param millis from now on; 0 leaves it as it is, -1 lifts it
   */
  HistoryChange expire(byte[] millis) {
    expiry = millis;
    return this;
  }

  /** To be made even if Redis is full: less is held once it is made. */
  HistoryChange freeingMemory() {
    freesMemory = true;
    return this;
  }

  /**
   * Puts it into a pipeline.
   *
   * @param holdsItems whether the history has any, once it is made
   * @return {@link #MADE}, or something else if it was not
   */
  Response<Object> call(AbstractPipeline pipeline, RedisScript.Caller script, boolean holdsItems) {
    UserKeys keys = new UserKeys(id.user());
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(keys.history(view, id.task()));
    arguments.add(keys.user());
    arguments.add(keys.historyOrder(view, id.task()));
    arguments.add(UserKeys.Fields.task(id.task()));
    arguments.add(before.erased() == null ? NONE : before.erased());
    arguments.add(before.version() == 0 ? NONE : Layout.ascii(before.version()));
    arguments.add(before.stamp() == null ? NONE : before.stamp());
    arguments.add(expiry);
    arguments.add(holdsItems ? YES : NO);
    arguments.add(before.incomplete() || before.version() == 0 ? YES : NO);
    arguments.add(freesMemory ? YES : NO);
    // The place of the last one to set, as the script counts.
    arguments.add(Layout.ascii(arguments.size() + 1 - KEYS + set.size()));
    arguments.addAll(set);
    arguments.addAll(removed);
    return script.call(pipeline, KEYS, arguments.toArray(byte[][]::new));
  }
}
