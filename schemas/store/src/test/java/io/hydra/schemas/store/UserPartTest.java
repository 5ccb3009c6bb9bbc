package io.hydra.schemas.store;

import static io.hydra.schemas.store.Writes.TASK;
import static io.hydra.schemas.store.Writes.USER;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.redis.ItemVectors;
import io.hydra.schemas.store.FencedHeads.Change;
import io.hydra.schemas.store.FencedHeads.Row;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;

/** An erasure takes every part of a user, those that are still to come included. */
class UserPartTest {
  private static final UserKey ANN = UserKey.parse(USER);
  private static final byte[] ANYTHING = "x".getBytes(StandardCharsets.UTF_8);

  @Test
  void everyKindOfKeyButTheUsersHashIsOfAPartAndEveryPartHasKeys() {
    Set<UserKeys.Kind> ofNone =
        Arrays.stream(UserKeys.Kind.values())
            .filter(kind -> kind.part() == null)
            .collect(Collectors.toSet());
    assertThat(ofNone).containsExactly(UserKeys.Kind.USER);
    assertThat(Arrays.stream(UserKeys.Kind.values()).map(UserKeys.Kind::part))
        .containsAll(EnumSet.allOf(UserPart.class));
  }

  /** A kind that is added without this test knowing of it does not compile. */
  @Test
  void nothingThatIsWrittenOfAUserOutlivesAnErasureButTheUsersHash() {
    try (EmbeddedRedis redis = new EmbeddedRedis();
        HistoryStore store =
            RedisHistoryStore.ofCurrentView(
                RedisClient.builder().fromURI(redis.url()).build(),
                new HistoryLimits(10, Duration.ZERO, Duration.ZERO))) {
      for (UserKeys.Kind kind : UserKeys.Kind.values()) {
        write(kind, redis.client(), store);
      }
      for (UserKeys.Kind kind : UserKeys.Kind.values()) {
        assertThat(keys(redis.client(), kind)).as("written: %s", kind).isNotEmpty();
      }
      var unused = store.erase(new Erasure(ANN, "x", 1));
      for (UserKeys.Kind kind : UserKeys.Kind.values()) {
        assertThat(keys(redis.client(), kind).isEmpty())
            .as("erased: %s", kind)
            .isEqualTo(kind.part() != null);
      }
    }
  }

  private static Set<String> keys(RedisClient redis, UserKeys.Kind kind) {
    return redis.keys(kind.prefix() + ":{" + USER + "}*");
  }

  private static void write(UserKeys.Kind kind, RedisClient redis, HistoryStore store) {
    var unused =
        switch (kind) {
          case HISTORY, USER -> store.write(List.of(Writes.write("a", 1)));
          case HISTORY_ORDER ->
              redis.zadd(StoreLayout.historyOrder(View.ORIGINAL, ANN, TASK), 1, ANYTHING);
          case VECTORS ->
              new VectorWriter(redis, Duration.ZERO)
                  .keep(
                      List.of(
                          new VectorWriter.Change(
                              ANN,
                              TASK,
                              null,
                              ItemVectors.none("b1"),
                              new ItemVectors("b1", Map.of("a", ANYTHING)))));
          case HEADS ->
              new FencedHeads(redis, Duration.ZERO, List.of())
                  .apply(
                      "topic",
                      List.of(
                          new Change(
                              ANN,
                              0,
                              1,
                              List.of(
                                  new Row(TASK, "b1", 1, 1, 0, HeadsCodec.encode(Heads.NONE))))));
          case RESPONSE, RESPONSES -> record(redis);
        };
  }

  private static byte[] record(RedisClient redis) {
    try (AbstractPipeline pipeline = redis.pipelined()) {
      return new Responses(Duration.ofHours(1))
          .record(pipeline, ANN, "q1", ANYTHING, UserState.unknown(""));
    }
  }
}
