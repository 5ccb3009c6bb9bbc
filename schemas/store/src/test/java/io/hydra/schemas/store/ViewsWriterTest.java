package io.hydra.schemas.store;

import static io.hydra.schemas.store.Writes.USER;
import static io.hydra.schemas.store.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.providers.PooledConnectionProvider;

/** A pointer that moves while a batch is on its way, at each place where it can. */
class ViewsWriterTest {
  private static final HistoryLimits LIMITS = new HistoryLimits(10, Duration.ZERO, Duration.ZERO);
  private static final View NEXT = new View("next");
  private static final View LAST = new View("last");
  private static final List<String> TASKS = List.of("a", "b", "c");
  @AutoClose private static final EmbeddedRedis redis = new EmbeddedRedis();

  @BeforeEach
  void clear() {
    redis.client().flushAll();
  }

  private static void move(View view) {
    redis.client().set(StoreLayout.currentView(), view.toBytes());
  }

  /** Moves the pointer as a command of the pipeline itself, so that nothing is left to chance. */
  private static final class MovingClient extends UnifiedJedis {
    private final ConnectionProvider connections;
    final List<View> moves = new ArrayList<>();
    int moveBefore = -1;

    MovingClient(ConnectionProvider connections) {
      super(connections, RedisProtocol.RESP2);
      this.connections = connections;
    }

    static MovingClient open() {
      return new MovingClient(
          new PooledConnectionProvider(
              new HostAndPort(redis.url().getHost(), redis.url().getPort())));
    }

    @Override
    public AbstractPipeline pipelined() {
      return new MovingPipeline(connections.getConnection());
    }

    private final class MovingPipeline extends Pipeline {
      private int commands;

      MovingPipeline(Connection connection) {
        super(connection, true);
      }

      private void mayMove() {
        if (commands++ == moveBefore && !moves.isEmpty()) {
          var unused = super.set(StoreLayout.currentView(), moves.remove(0).toBytes());
        }
      }

      @Override
      public Response<Object> evalsha(byte[] sha1, int keys, byte[]... params) {
        mayMove();
        return super.evalsha(sha1, keys, params);
      }

      @Override
      public Response<byte[]> get(byte[] key) {
        mayMove();
        Response<byte[]> answer = super.get(key);
        mayMove();
        return answer;
      }
    }
  }

  /** One event for each task, so that a batch is several commands. */
  private static List<Write> batch(String id, long at) {
    return TASKS.stream().map(task -> write(USER, task, id, at, "o")).toList();
  }

  private static List<List<String>> ids(View view) {
    return TASKS.stream()
        .map(
            task ->
                Stored.in(redis.client(), view, USER, task).items().stream()
                    .map(HistoryItem::eventId)
                    .toList())
        .toList();
  }

  private static List<List<String>> eachTask(String... ids) {
    return TASKS.stream().map(task -> List.of(ids)).toList();
  }

  /** The scripts are known to the server, the view to the store. */
  private static RedisHistoryStore warm(MovingClient client) {
    RedisHistoryStore store = RedisHistoryStore.ofCurrentView(client, LIMITS);
    store.write(batch("warm", 1));
    return store;
  }

  @Test
  void batchDuringWhichThePointerMovesIsWrittenToTheNewView() {
    for (int before = 0; before <= TASKS.size(); before++) {
      clear();
      MovingClient client = MovingClient.open();
      try (HistoryStore store = warm(client)) {
        client.moveBefore = before;
        client.moves.add(NEXT);
        assertThat(store.write(batch("x", 2)))
            .as("outcomes in the new view, moved before command %d", before)
            .containsOnly(new Outcome(1, Effect.ENTERED));
        assertThat(client.moves).isEmpty();
        assertThat(ids(NEXT)).as("moved before command %d", before).isEqualTo(eachTask("x"));
      }
    }
  }

  @Test
  void batchThatWasWrittenWhenThePointerMovedStaysAndTheNextOneFollowsIt() {
    MovingClient client = MovingClient.open();
    try (HistoryStore store = warm(client)) {
      client.moveBefore = TASKS.size() + 1; // After the question.
      client.moves.add(NEXT);
      store.write(batch("x", 2));
      assertThat(client.moves).isEmpty();
      assertThat(ids(View.ORIGINAL)).isEqualTo(eachTask("warm", "x"));
      assertThat(ids(NEXT)).isEqualTo(eachTask());
      store.write(batch("y", 3));
      assertThat(ids(NEXT)).isEqualTo(eachTask("y"));
    }
  }

  @Test
  void batchDuringWhichThePointerMovesTwiceIsWrittenToTheLastView() {
    for (int before = 0; before <= TASKS.size(); before++) {
      clear();
      MovingClient client = MovingClient.open();
      try (HistoryStore store = warm(client)) {
        client.moveBefore = before;
        client.moves.addAll(List.of(NEXT, LAST));
        store.write(batch("x", 2));
        assertThat(client.moves).isEmpty();
        assertThat(ids(LAST)).isEqualTo(eachTask("x"));
      }
    }
  }

  @Test
  void erasureFollowsThePointerThatMovedSinceTheLastBatch() {
    MovingClient client = MovingClient.open();
    try (HistoryStore store = warm(client)) {
      move(NEXT);
      store.write(batch("x", 2));
      store.write(batch("y", 9));
      move(View.ORIGINAL);
      // "x" was in the first view before it was in the next, "y" never.
      assertThat(ids(View.ORIGINAL)).isEqualTo(eachTask("warm", "x"));
      assertThat(store.erase(new Erasure(UserKey.parse(USER), "e", 5)).removed()).isEqualTo(6);
      assertThat(ids(View.ORIGINAL)).isEqualTo(eachTask());
      assertThat(store.write(batch("late", 5))).containsOnly(new Outcome(0, Effect.ERASED));
    }
  }

  @Test
  void aFixedViewStaysWhereThePointerIsNot() {
    move(LAST);
    try (HistoryStore store = RedisHistoryStore.of(MovingClient.open(), NEXT, LIMITS)) {
      store.write(batch("x", 2));
      assertThat(ids(NEXT)).isEqualTo(eachTask("x"));
      assertThat(ids(LAST)).isEqualTo(eachTask());
    }
  }
}
