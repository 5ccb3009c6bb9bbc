package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisScript;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Takes a user out of Redis, {@linkplain UserPart part} by part: rule 6 of this package. Texts of
 * scripts are sent each time: erasures are rare.
 */
final class Eraser {
  private static final Logger log = LoggerFactory.getLogger(Eraser.class);
  private static final int SCAN_COUNT = 1_000;

  private final UnifiedJedis redis;
  private final RedisScript marking = RedisScript.load(Eraser.class, "mark-erased.lua");

  Eraser(UnifiedJedis redis) {
    this.redis = redis;
  }

  /**
   * Everything, in the current view and in those of a rebuild. A rebuild that begins after this
   * looked for one finds the moment remembered, and one that began before is found.
   */
  Erased erase(Erasure erasure, View current) {
    UserKeys keys = new UserKeys(erasure.user());
    List<byte[]> fields = mark(keys, erasure.upTo());
    Set<View> views = new LinkedHashSet<>(List.of(current));
    views.addAll(viewsOfARebuild(keys));
    return remove(
        new UserPart.Target(keys, fields, List.copyOf(views), erasure.upTo()),
        EnumSet.allOf(UserPart.class));
  }

  /**
   * For an erasure that is read again, into one view: an earlier one took all other parts, and what
   * has come since stays. Only if Redis has lost that moment do they go.
   */
  Erased eraseAgain(Erasure erasure, View view) {
    UserKeys keys = new UserKeys(erasure.user());
    byte[] known = redis.hget(keys.user(), UserKeys.Fields.ERASED);
    boolean first = UserKeys.Fields.erasedUpTo(known).orElse(0) < erasure.upTo();
    return remove(
        new UserPart.Target(keys, mark(keys, erasure.upTo()), List.of(view), erasure.upTo()),
        first ? EnumSet.allOf(UserPart.class) : EnumSet.of(UserPart.HISTORIES));
  }

  private List<byte[]> mark(UserKeys keys, long upTo) {
    List<?> fields = (List<?>) marking.eval(redis, 1, keys.user(), Layout.ascii(upTo));
    return fields.stream().map(field -> (byte[]) field).toList();
  }

  private Erased remove(UserPart.Target target, Set<UserPart> parts) {
    List<UserPart.Rest> rests = new ArrayList<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      parts.forEach(part -> rests.add(part.erase(target, pipeline)));
      pipeline.sync();
    }
    UserPart.Tally tally = new UserPart.Tally();
    RuntimeException failure = null;
    for (UserPart.Rest rest : rests) {
      try {
        rest.finish(redis, tally);
      } catch (JedisDataException e) {
        // One part that cannot be erased must not keep another one's texts.
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return tally.erased();
  }

  private Collection<View> viewsOfARebuild(UserKeys keys) {
    try {
      byte[] rebuild = redis.get(Layout.REBUILD_STATE);
      if (rebuild == null) {
        return List.of();
      }
      RebuildState state = RebuildState.of(rebuild);
      return List.of(state.view(), state.replaced());
    } catch (CorruptValueException e) {
      log.warn("{}; an erasure looks through all keys instead", e.getMessage());
    } catch (JedisDataException e) {
      if (RedisFault.of(e) != RedisFault.ONE_KEY) {
        throw e;
      }
      log.warn("the state of a rebuild is not a string; an erasure looks through all keys instead");
    }
    return viewsHolding(keys);
  }

  /** The user's own keys tell, too, at the cost of a pass over all keys. */
  private Collection<View> viewsHolding(UserKeys keys) {
    Set<View> views = new LinkedHashSet<>();
    ScanIteration scan = redis.scanIteration(SCAN_COUNT, keys.historiesOfAllViews());
    while (!scan.isIterationCompleted()) {
      for (String key : scan.nextBatch().getResult()) {
        Layout.viewOf(key).ifPresent(views::add);
      }
    }
    return views;
  }
}
