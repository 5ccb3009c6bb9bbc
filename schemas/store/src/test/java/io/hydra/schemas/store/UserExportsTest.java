package io.hydra.schemas.store;

import static io.hydra.schemas.store.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.redis.client.RedisUrl;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.UserExports.OwnHeads;
import io.hydra.schemas.store.UserExports.UnreadableException;
import io.hydra.schemas.store.UserExports.UserExport;
import io.hydra.schemas.user.UserKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UserExportsTest {
  private static final UserKey ANN = new UserKey("acme", "ann");
  @AutoClose private static final EmbeddedRedis redis = new EmbeddedRedis();
  @AutoClose private static final HistoryStore store = Writes.store(redis);

  @AutoClose
  private static final UserExports exports =
      UserExports.open(RedisUrl.parse(redis.url().toString()), RedisTimeouts.DEFAULT);

  @BeforeEach
  void fill() {
    redis.client().flushAll();
    store.write(
        List.of(
            write("acme:ann", "tags", "a", 1, "o"),
            write("acme:ann", "tags", "b", 2, "o"),
            write("acme:ann", "stars", "a", 1, "o"),
            write("acme:bob", "tags", "c", 3, "o"),
            write("other:ann", "tags", "d", 4, "o")));
  }

  @Test
  void allTasksOfOneUserAreReadAndNobodyElses() {
    UserExport export = exports.read(ANN);
    assertThat(export.erasedUpTo()).isNull();
    assertThat(export.histories()).containsOnlyKeys("stars", "tags");
    assertThat(export.histories().get("tags").items())
        .extracting(HistoryItem::eventId)
        .containsExactly("a", "b");
  }

  @Test
  void whatAnErasureTookIsNotThereButItsMomentIs() {
    store.erase(new Erasure(ANN, "x", 1));
    UserExport export = exports.read(ANN);
    assertThat(export.erasedUpTo()).isEqualTo(Instant.ofEpochMilli(1));
    assertThat(export.histories()).containsOnlyKeys("tags");
  }

  @Test
  void whatAnErasureUnderWayIsYetToTakeIsLeftOut() {
    redis.client().hset("hydra:user:{acme:ann}", "erased", "1");
    assertThat(exports.read(ANN).histories()).containsOnlyKeys("tags");
  }

  @Test
  void headsAreReadForEveryBaseAsLongAsTheyLast() {
    Heads heads = new Heads(7, 3, new Heads.Mixture(5, 0.5f, List.of()), Heads.Mixture.NONE);
    redis.client().hset("hydra:user:{acme:ann}", "h:tags:expired", "1:7");
    Writes.heads(redis, "base-1", HeadsCodec.encode(heads));
    assertThat(exports.read(ANN).heads()).containsExactly(new OwnHeads("tags", "base-1", heads));
  }

  @Test
  void whatPrivateExportsHaveToldIsToldAndOutlivesAnErasure() {
    assertThat(PrivacyLedger.spend(redis.client(), ANN, 0.25, 1)).isTrue();
    assertThat(PrivacyLedger.spend(redis.client(), ANN, 0.5, 1)).isTrue();
    store.erase(new Erasure(ANN, "x", 10));
    assertThat(exports.read(ANN).released()).isEqualTo(0.75);
    assertThat(exports.read(new UserKey("other", "ann")).released()).isZero();
  }

  @Test
  void headsThatCannotBeReadHideNothingElse() {
    Heads heads = new Heads(7, 3, Heads.Mixture.NONE, Heads.Mixture.NONE);
    byte[] readable = HeadsCodec.encode(heads);
    byte[] newer = readable.clone();
    newer[0] = HeadsCodec.VERSION + 1;
    Map<String, byte[]> values =
        Map.of("base-1", readable, "newer", newer, "short", Arrays.copyOf(readable, 3));
    values.forEach((base, value) -> Writes.heads(redis, base, value));

    UserExport export = exports.read(ANN);

    assertThat(export.histories()).containsOnlyKeys("stars", "tags");
    assertThat(export.heads()).containsExactly(new OwnHeads("tags", "base-1", heads));
  }

  @Test
  void aUserNeverSeenHasNothing() {
    UserExport export = exports.read(new UserKey("acme", "zoe"));
    assertThat(export.histories()).isEmpty();
    assertThat(export.erasedUpTo()).isNull();
  }

  @Test
  void whatCannotBeReadIsSaid() {
    redis.client().hset("hydra:user:{acme:ann}", "erased", "soon");
    assertThatThrownBy(() -> exports.read(ANN)).isInstanceOf(UnreadableException.class);
  }
}
