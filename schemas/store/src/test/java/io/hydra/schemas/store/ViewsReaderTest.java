package io.hydra.schemas.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.redis.client.ClusterFixture;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisProcess;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import io.hydra.schemas.user.UserKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

class ViewsReaderTest {
  private static final UserKey ANN = new UserKey("acme", "ann");
  private static final String TASK = "tags";
  private static final View REBUILT = new View("2");

  @TempDir private static Path folder;

  private final Views.Reader views = new Views.Reader();
  private final List<View> used = new ArrayList<>();
  private RedisProcess server;
  private UnifiedJedis redis;

  @BeforeEach
  void start() {
    server = RedisProcess.server(folder);
    redis = RedisClients.open(RedisUrl.parse("redis://" + server.address()), RedisTimeouts.DEFAULT);
  }

  @AfterEach
  void stop() {
    redis.close();
    server.close();
  }

  @Test
  void withoutAPointerTheOriginalViewIsReadOnce() {
    remember(redis, View.ORIGINAL, "old");
    assertThat(inputs(read())).containsExactly("old");
    assertThat(used).containsExactly(View.ORIGINAL);
  }

  @Test
  void aMovedPointerCostsOneReadingMoreAndOnlyOnce() {
    remember(redis, View.ORIGINAL, "old");
    remember(redis, REBUILT, "new");
    assertThat(inputs(read())).containsExactly("old");
    redis.set(StoreLayout.currentView(), REBUILT.toBytes());
    assertThat(inputs(read())).containsExactly("new");
    assertThat(inputs(read())).containsExactly("new");
    assertThat(used).containsExactly(View.ORIGINAL, View.ORIGINAL, REBUILT, REBUILT);
  }

  @Test
  void aPointerThatIsTakenAwayLeadsBack() {
    remember(redis, View.ORIGINAL, "old");
    redis.set(StoreLayout.currentView(), REBUILT.toBytes());
    assertThat(new Histories(redis).read(ANN, TASK)).isEqualTo(History.EMPTY);
    redis.del(StoreLayout.currentView());
    assertThat(inputs(new Histories(redis).read(ANN, TASK))).containsExactly("old");
  }

  @Test
  void aPointerThatNamesNoViewIsSaid() {
    redis.set(StoreLayout.currentView(), new byte[] {'a', ' ', 'b'});
    assertThatExceptionOfType(Views.CorruptPointerException.class)
        .isThrownBy(() -> new Histories(redis).read(ANN, TASK))
        .withMessageContaining("current view");
  }

  @Test
  void aPointerOfAnotherTypeIsSaid() {
    redis.lpush(StoreLayout.currentView(), new byte[] {'2'});
    assertThatExceptionOfType(Views.CorruptPointerException.class)
        .isThrownBy(() -> new Histories(redis).read(ANN, TASK))
        .withMessageContaining("current view");
  }

  @Test
  void aHistoryOfAnotherTypeIsNotThePointersFault() {
    redis.set(StoreLayout.history(View.ORIGINAL, ANN, TASK), new byte[] {'2'});
    assertThatExceptionOfType(JedisDataException.class)
        .isThrownBy(() -> new Histories(redis).read(ANN, TASK));
  }

  @Test
  void inAClusterThePointerMayLieOnAnotherNode() {
    try (ClusterFixture cluster = new ClusterFixture(folder);
        UnifiedJedis client = cluster.open()) {
      // Three users on three nodes: two of them at least are not where the pointer is.
      List<UserKey> users = new ArrayList<>();
      for (int node = 0; node < ClusterFixture.PRIMARIES; node++) {
        String key = ClusterFixture.keyOf(node, "acme:u");
        users.add(UserKey.parse(key.substring(key.indexOf('{') + 1, key.indexOf('}'))));
      }
      client.set(StoreLayout.currentView(), REBUILT.toBytes());
      for (UserKey user : users) {
        remember(client, REBUILT, user, user.userId());
        assertThat(inputs(new Histories(client).read(user, TASK))).containsExactly(user.userId());
      }
    }
  }

  private History read() {
    try (AbstractPipeline pipeline = redis.pipelined()) {
      Response<Map<byte[], byte[]>> hash =
          views.read(
              pipeline,
              view -> {
                used.add(view);
                return pipeline.hgetAll(StoreLayout.history(view, ANN, TASK));
              });
      return new HistoryHash(hash.get()).history();
    }
  }

  private static List<String> inputs(History history) {
    return history.items().stream().map(HistoryItem::input).toList();
  }

  private static void remember(UnifiedJedis redis, View view, String input) {
    remember(redis, view, ANN, input);
  }

  private static void remember(UnifiedJedis redis, View view, UserKey user, String input) {
    redis.hset(
        StoreLayout.history(view, user, TASK),
        History.field("e1"),
        HistoryItemCodec.encode(new HistoryItem("e1", 1, input, "out")));
  }
}
