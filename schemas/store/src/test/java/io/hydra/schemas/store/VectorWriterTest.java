package io.hydra.schemas.store;

import static io.hydra.schemas.store.Writes.TASK;
import static io.hydra.schemas.store.Writes.USER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.HistoryLimits;
import io.hydra.schemas.redis.ItemVectors;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.VectorWriter.Change;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;

class VectorWriterTest {
  private static final UserKey ANN = UserKey.parse(USER);
  private static final Duration ENDLESS = Duration.ZERO;

  private final EmbeddedRedis embedded = new EmbeddedRedis();
  private final RedisClient redis = embedded.client();
  private final Histories histories = new Histories(redis);
  private final VectorWriter writer = new VectorWriter(redis, ENDLESS);
  private final HistoryStore store =
      RedisHistoryStore.ofCurrentView(
          RedisClient.builder().fromURI(embedded.url()).build(),
          new HistoryLimits(2, ENDLESS, ENDLESS));

  @BeforeEach
  void writeTwoItems() {
    var unused = store.write(List.of(Writes.write("a", 1), Writes.write("b", 2)));
  }

  @AfterEach
  void close() {
    store.close();
    embedded.close();
  }

  @Test
  void vectorsAreReadBesideTheirHistory() {
    assertThat(keep("base", "a", "b")).isEqualTo(1);

    assertThat(text(vectors("base"))).containsOnly(Map.entry("a", "a"), Map.entry("b", "b"));
    assertThat(text(stateVectors())).containsOnlyKeys("a", "b");
    assertThat(vectors("another base").byEvent()).isEmpty();
  }

  @Test
  void onlyWhatChangedIsWritten() {
    keep("base", "a", "b");
    Histories.Known read = known();
    Change same = change(read, "base", "a", "b");
    Change moved = change(read, "base", "b", "c");

    assertThat(same.isEmpty()).isTrue();
    assertThat(moved.isEmpty()).isFalse();
    assertThat(moved.vectors().missingIn(read.vectors().get(0))).containsOnlyKeys("c");
    assertThat(writer.keep(List.of(moved))).isEqualTo(1);
    assertThat(text(vectors("base"))).containsOnlyKeys("b", "c");
  }

  @Test
  void aBasesVectorsGoWithItsHeads() {
    for (String base : List.of("oldest", "old", "new")) {
      keep(base, "a", "b");
    }
    heads("oldest", 1);
    heads("old", 2);
    assertThat(vectors("oldest").byEvent()).isNotEmpty();
    heads("new", 3);

    assertThat(vectors("oldest").byEvent()).isEmpty();
    assertThat(vectors("old").byEvent()).isNotEmpty();
    assertThat(redis.hkeys(new String(new UserKeys(ANN).user(), UTF_8)))
        .contains("v:" + TASK + ":old", "v:" + TASK + ":new")
        .doesNotContain("v:" + TASK + ":oldest");
  }

  @Test
  void aTombstoneOfTheHeadsTakesAllVectors() {
    keep("base", "a", "b");
    var unused =
        new FencedHeads(redis, ENDLESS, List.of())
            .apply("topic", List.of(new FencedHeads.Change(ANN, 0, 1, List.of())));

    assertThat(vectors("base").byEvent()).isEmpty();
  }

  @Test
  void vectorsStayBesideHeadsThatATombstoneSpares() {
    redis.hset(new UserKeys(ANN).user(), UserKeys.Fields.ERASED, new byte[] {'1'});
    for (String base : List.of("base", "other")) {
      keep(base, "a", "b");
    }
    heads("base", 1, 1);
    var unused =
        new FencedHeads(redis, ENDLESS, List.of())
            .apply("topic", List.of(new FencedHeads.Change(ANN, 0, 2, List.of())));

    assertThat(vectors("base").byEvent()).isNotEmpty();
    assertThat(vectors("other").byEvent()).isEmpty();
  }

  private void heads(String base, long offset) {
    heads(base, offset, 0);
  }

  private void heads(String base, long offset, long erasedUpTo) {
    FencedHeads.Row row =
        new FencedHeads.Row(TASK, base, offset, offset, erasedUpTo, new byte[] {1});
    var unused =
        new FencedHeads(redis, ENDLESS, List.of())
            .apply("topic", List.of(new FencedHeads.Change(ANN, 0, offset, List.of(row))));
  }

  @Test
  void nothingIsKeptOfTextsThatWereErasedMeanwhile() {
    Histories.Known before = known();
    var unused = store.erase(new Erasure(ANN, "x", 1));

    assertThat(writer.keep(List.of(change(before, "base", "a", "b")))).isZero();
    assertThat(vectors("base")).isEqualTo(ItemVectors.none("base"));
    assertThat(keep("base", "b")).isEqualTo(1);
  }

  @Test
  void vectorsExpireWithTheHistoriesTimeToLive() {
    VectorWriter mortal = new VectorWriter(redis, Duration.ofHours(1));

    assertThat(mortal.keep(List.of(change(known(), "base", "a")))).isEqualTo(1);
    assertThat(redis.pttl(new UserKeys(ANN).vectors(TASK, "base"))).isPositive();
  }

  @Test
  void aKeyOfAnotherTypeCostsItsVectorsAlone() {
    redis.set(new UserKeys(ANN).vectors(TASK, "base"), "odd".getBytes(UTF_8));

    assertThat(known().history().items()).hasSize(2);
    assertThat(vectors("base")).isEqualTo(ItemVectors.none("base"));
    assertThat(stateVectors()).isEqualTo(ItemVectors.none("base"));
    assertThat(keep("base", "a")).isZero();
  }

  private Histories.Known known() {
    return known("base");
  }

  private Histories.Known known(String base) {
    return histories.readWithVectors(ANN, TASK, List.of(base));
  }

  private ItemVectors vectors(String base) {
    return known(base).vectors().get(0);
  }

  private ItemVectors stateVectors() {
    try (AbstractPipeline pipeline = redis.pipelined()) {
      return new UserStateReader().read(pipeline, ANN, TASK, "base", "q").vectors();
    }
  }

  private int keep(String base, String... events) {
    return writer.keep(List.of(change(known(base), base, events)));
  }

  private static Change change(Histories.Known read, String base, String... events) {
    Map<String, byte[]> vectors = new HashMap<>();
    for (String event : events) {
      vectors.put(event, event.getBytes(UTF_8));
    }
    return new Change(
        ANN, TASK, read.erased(), read.vectors().get(0), new ItemVectors(base, vectors));
  }

  private static Map<String, String> text(ItemVectors vectors) {
    Map<String, String> texts = new HashMap<>();
    vectors.byEvent().forEach((event, bytes) -> texts.put(event, new String(bytes, UTF_8)));
    return texts;
  }
}
