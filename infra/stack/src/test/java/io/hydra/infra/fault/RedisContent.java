package io.hydra.infra.fault;

import io.hydra.infra.fault.HistoryOracle.Owner;
import io.hydra.schemas.store.HistoryHash;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.View;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * All that Redis holds, found by looking at every key and not by asking for what should be there.
 *
 * @param histories the items of the current view, bytes by event id
 * @param versions of these
 * @param users the hashes of users
 * @param others every key that is none of these
 */
record RedisContent(
    Map<Owner, Map<String, byte[]>> histories,
    Map<Owner, Long> versions,
    Map<UserKey, Map<String, String>> users,
    SortedSet<String> others) {
  private static final Pattern USER = Pattern.compile("hydra:user:\\{([^}]*)}");
  private static final int SCAN_COUNT = 1_000;

  static RedisContent read(UnifiedJedis redis) {
    View view = View.of(redis.get(StoreLayout.currentView()));
    String suffix = view.name().isEmpty() ? "" : "@" + view.name();
    Pattern history =
        Pattern.compile("hydra:history" + Pattern.quote(suffix) + ":\\{([^}]*)}:(.*)");
    RedisContent content =
        new RedisContent(new HashMap<>(), new HashMap<>(), new HashMap<>(), new TreeSet<>());
    List<Runnable> replies = new ArrayList<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (String key : new TreeSet<>(keys(redis))) {
        Matcher ofHistory = history.matcher(key);
        Matcher ofUser = USER.matcher(key);
        if (ofHistory.matches()) {
          Owner owner = new Owner(UserKey.parse(ofHistory.group(1)), ofHistory.group(2));
          Response<Map<byte[], byte[]>> hash = pipeline.hgetAll(utf8(key));
          replies.add(
              () -> {
                HistoryHash read = new HistoryHash(hash.get());
                content.histories.put(owner, read.items());
                content.versions.put(owner, read.history().version());
              });
        } else if (ofUser.matches()) {
          Response<Map<String, String>> fields = pipeline.hgetAll(key);
          UserKey user = UserKey.parse(ofUser.group(1));
          replies.add(() -> content.users.put(user, fields.get()));
        } else {
          content.others.add(key);
        }
      }
      pipeline.sync();
    }
    replies.forEach(Runnable::run);
    content.others.remove(new String(StoreLayout.currentView(), StandardCharsets.UTF_8));
    content.others.remove(new String(StoreLayout.historyLimits(), StandardCharsets.UTF_8));
    return content;
  }

  /** Bytes by event id. */
  Map<String, byte[]> items(Owner owner) {
    return histories.getOrDefault(owner, Map.of());
  }

  long version(Owner owner) {
    return versions.getOrDefault(owner, 0L);
  }

  /** Occurred_at of the user's last erasure in ms; 0 if there was none. */
  long erasedUpTo(UserKey user) {
    return Long.parseLong(
        users.getOrDefault(user, Map.of()).getOrDefault(StoreLayout.Fields.ERASED, "0"));
  }

  private static List<String> keys(UnifiedJedis redis) {
    List<String> keys = new ArrayList<>();
    String cursor = ScanParams.SCAN_POINTER_START;
    do {
      ScanResult<String> page = redis.scan(cursor, new ScanParams().count(SCAN_COUNT));
      keys.addAll(page.getResult());
      cursor = page.getCursor();
    } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    return keys;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
