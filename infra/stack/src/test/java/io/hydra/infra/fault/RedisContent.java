package io.hydra.infra.fault;

import io.hydra.infra.fault.HistoryOracle.Owner;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.View;
import io.hydra.schemas.user.UserKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * All that Redis holds, found by looking at every key and not by asking for what should be there.
 *
 * @param histories the hashes of the current view
 * @param users the hashes of users
 * @param others every key that is none of these
 */
record RedisContent(
    Map<Owner, Map<String, byte[]>> histories,
    Map<UserKey, Map<String, String>> users,
    SortedSet<String> others) {
  private static final Pattern USER = Pattern.compile("hydra:user:\\{([^}]*)}");
  private static final int SCAN_COUNT = 1_000;

  static RedisContent read(UnifiedJedis redis) {
    View view = View.of(redis.get(StoreLayout.currentView()));
    String suffix = view.name().isEmpty() ? "" : "@" + view.name();
    Pattern history =
        Pattern.compile("hydra:history" + Pattern.quote(suffix) + ":\\{([^}]*)}:(.*)");
    RedisContent content = new RedisContent(new HashMap<>(), new HashMap<>(), new TreeSet<>());
    List<Runnable> replies = new ArrayList<>();
    try (AbstractPipeline pipeline = redis.pipelined()) {
      for (String key : new TreeSet<>(keys(redis))) {
        Matcher ofHistory = history.matcher(key);
        Matcher ofUser = USER.matcher(key);
        if (ofHistory.matches()) {
          Owner owner = new Owner(UserKey.parse(ofHistory.group(1)), ofHistory.group(2));
          Response<Map<byte[], byte[]>> hash = pipeline.hgetAll(utf8(key));
          replies.add(() -> content.histories.put(owner, text(hash.get())));
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
    Map<String, byte[]> items = new HashMap<>();
    histories
        .getOrDefault(owner, Map.of())
        .forEach(
            (field, value) -> {
              if (field.startsWith(History.ITEM_PREFIX)) {
                items.put(field.substring(History.ITEM_PREFIX.length()), value);
              }
            });
    return items;
  }

  /** As the writer noted them, in the order of the event ids; empty where an erasure took them. */
  Optional<List<Long>> times(Owner owner) {
    return Optional.ofNullable(histories.getOrDefault(owner, Map.of()).get("m:times"))
        .map(ByteBuffer::wrap)
        .map(
            times ->
                IntStream.range(0, times.capacity() / Long.BYTES)
                    .mapToObj(i -> times.getLong(1 + i * Long.BYTES))
                    .toList());
  }

  long version(Owner owner) {
    byte[] version = histories.getOrDefault(owner, Map.of()).get(History.VERSION_FIELD);
    return version == null ? 0 : Long.parseLong(new String(version, StandardCharsets.US_ASCII));
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

  private static Map<String, byte[]> text(Map<byte[], byte[]> hash) {
    Map<String, byte[]> fields = new HashMap<>();
    hash.forEach((field, value) -> fields.put(new String(field, StandardCharsets.UTF_8), value));
    return fields;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
