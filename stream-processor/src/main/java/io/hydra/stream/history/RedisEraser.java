package io.hydra.stream.history;

import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.UserFields;
import io.hydra.schemas.redis.View;
import io.hydra.schemas.user.UserKey;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;

/**
 * Takes a user out of Redis. First the moment is remembered, so that nothing older enters any more;
 * whatever is removed after that stays removed, in whichever order and however often this runs.
 * Heads go even if some items stay: they were fitted on those that go, and are fitted anew.
 *
 * <p>Texts of scripts are sent each time: erasures are rare.
 */
final class RedisEraser {
  private final UnifiedJedis redis;
  private final RedisScript marking = RedisScript.load("mark-erased.lua", 1);
  private final RedisScript erasing = RedisScript.load("erase-history.lua", 2);

  RedisEraser(UnifiedJedis redis) {
    this.redis = redis;
  }

  Erased erase(Erasure erasure, View view) {
    UserKey user = erasure.user();
    byte[] upTo = RedisHistoryStore.ascii(erasure.upTo());
    List<?> fields =
        (List<?>) redis.eval(marking.text(), marking.keys(), RedisKeys.user(user), upTo);
    List<String> tasks = new ArrayList<>();
    List<Response<Object>> replies = new ArrayList<>();
    Response<List<byte[]>> responses;
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (Object field : fields) {
        byte[] name = (byte[]) field;
        UserFields.taskOf(name)
            .ifPresent(
                task -> {
                  tasks.add(task);
                  replies.add(
                      pipeline.eval(
                          erasing.text(),
                          erasing.keys(),
                          RedisKeys.history(view, user, task),
                          RedisKeys.historyOrder(view, user, task),
                          upTo));
                });
        UserFields.headsOf(name)
            .ifPresent(
                heads -> {
                  pipeline.del(RedisKeys.heads(user, heads.task(), heads.baseVersion()));
                  pipeline.hdel(RedisKeys.user(user), name);
                });
      }
      responses = pipeline.zrange(RedisKeys.responses(user), 0, -1);
      pipeline.sync();
    }
    List<byte[]> rest = new ArrayList<>(responses.get());
    rest.add(RedisKeys.responses(user));
    redis.del(rest.toArray(byte[][]::new));
    return erased(tasks, replies);
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
