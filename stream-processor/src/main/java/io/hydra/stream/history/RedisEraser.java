package io.hydra.stream.history;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.RebuildState;
import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.UserFields;
import io.hydra.schemas.redis.View;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisScript;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Takes a user out of Redis. First the moment is remembered, so that nothing older enters any more;
 * whatever is removed after that stays removed, in whichever order and however often this runs.
 * Heads go even if some items stay: they were fitted on those that go, and are fitted anew.
 *
 * <p>Texts of scripts are sent each time: erasures are rare.
 */
final class RedisEraser {
  private static final Logger log = LoggerFactory.getLogger(RedisEraser.class);
  private static final int SCAN_COUNT = 1_000;

  private final UnifiedJedis redis;
  private final RedisScript marking = RedisScript.load(RedisEraser.class, "mark-erased.lua");
  private final RedisScript erasing = RedisScript.load(RedisEraser.class, "erase-history.lua");

  RedisEraser(UnifiedJedis redis) {
    this.redis = redis;
  }

  /**
   * Everything, in the current view and in those of a rebuild. A rebuild that begins after this
   * looked for one finds the moment remembered, and one that began before is found.
   */
  Erased erase(Erasure erasure, View current) {
    List<String> fields = mark(erasure);
    Set<View> views = new LinkedHashSet<>(List.of(current));
    views.addAll(viewsOfARebuild(erasure.user()));
    return remove(erasure, fields, List.copyOf(views), true);
  }

  private Collection<View> viewsOfARebuild(UserKey user) {
    try {
      byte[] rebuild = redis.get(RedisKeys.rebuildState());
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
    return viewsHolding(user);
  }

  /** The user's own keys tell, too, at the cost of a pass over all keys. */
  private Collection<View> viewsHolding(UserKey user) {
    Set<View> views = new LinkedHashSet<>();
    String pattern = new String(RedisKeys.historiesOfAllViews(user), StandardCharsets.UTF_8);
    ScanIteration scan = redis.scanIteration(SCAN_COUNT, pattern);
    while (!scan.isIterationCompleted()) {
      for (String key : scan.nextBatch().getResult()) {
        RedisKeys.viewOf(key).ifPresent(views::add);
      }
    }
    return views;
  }

  /**
   * For an erasure that is read again, into one view: an earlier one took heads and responses, and
   * what has come since stays. Only if Redis has lost that moment do they go.
   */
  Erased eraseAgain(Erasure erasure, View view) {
    byte[] known = redis.hget(RedisKeys.user(erasure.user()), UserFields.erased());
    boolean first = UserFields.erasedUpTo(known).orElse(0) < erasure.upTo();
    return remove(erasure, mark(erasure), List.of(view), first);
  }

  private List<String> mark(Erasure erasure) {
    List<?> fields =
        (List<?>)
            marking.eval(
                redis, 1, RedisKeys.user(erasure.user()), RedisHistoryStore.ascii(erasure.upTo()));
    return fields.stream()
        .map(field -> new String((byte[]) field, StandardCharsets.UTF_8))
        .toList();
  }

  private Erased remove(
      Erasure erasure, List<String> fields, List<View> views, boolean headsAndResponses) {
    UserKey user = erasure.user();
    byte[] upTo = RedisHistoryStore.ascii(erasure.upTo());
    List<String> tasks = new ArrayList<>();
    List<Response<Object>> replies = new ArrayList<>();
    Response<List<byte[]>> responses;
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (String field : fields) {
        byte[] name = field.getBytes(StandardCharsets.UTF_8);
        UserFields.taskOf(name)
            .ifPresent(
                task -> {
                  tasks.add(task);
                  // The first view's reply counts.
                  replies.add(pipelineErasing(pipeline, views.get(0), user, task, upTo));
                  for (View other : views.subList(1, views.size())) {
                    var unused = pipelineErasing(pipeline, other, user, task, upTo);
                  }
                });
        if (headsAndResponses) {
          UserFields.headsOf(name)
              .ifPresent(
                  heads -> {
                    pipeline.del(RedisKeys.heads(user, heads.task(), heads.baseVersion()));
                    pipeline.hdel(RedisKeys.user(user), name);
                  });
        }
      }
      responses = pipeline.zrange(RedisKeys.responses(user), 0, -1);
      pipeline.sync();
    }
    if (headsAndResponses) {
      removeResponses(user, responses);
    }
    return erased(tasks, replies);
  }

  private Response<Object> pipelineErasing(
      AbstractPipeline pipeline, View view, UserKey user, String task, byte[] upTo) {
    return erasing.eval(
        pipeline,
        2,
        RedisKeys.history(view, user, task),
        RedisKeys.historyOrder(view, user, task),
        upTo);
  }

  /** What is recorded meanwhile stays, and stays in the index: it was made from what is left. */
  private void removeResponses(UserKey user, Response<List<byte[]>> index) {
    byte[] key = RedisKeys.responses(user);
    try {
      byte[][] recorded = index.get().toArray(byte[][]::new);
      if (recorded.length > 0) {
        redis.del(recorded);
        redis.zrem(key, recorded);
      }
    } catch (JedisDataException e) {
      if (RedisFault.of(e) != RedisFault.ONE_KEY) {
        throw e;
      }
      redis.del(key);
    }
  }

  private static Erased erased(List<String> tasks, List<Response<Object>> replies) {
    int removed = 0;
    int kept = 0;
    List<Erased.Left> left = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      List<?> numbers = (List<?>) replies.get(i).get();
      removed += ((Long) numbers.get(1)).intValue();
      int here = ((Long) numbers.get(2)).intValue();
      kept += here;
      if (here > 0) {
        left.add(new Erased.Left(tasks.get(i), (Long) numbers.get(0)));
      }
    }
    return new Erased(removed, kept, left);
  }
}
