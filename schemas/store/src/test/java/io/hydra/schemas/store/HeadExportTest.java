package io.hydra.schemas.store;

import static io.hydra.schemas.store.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.user.UserKey;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Heads that leave for a file, at every step of an erasure. */
class HeadExportTest {
  private static final UserKey ANN = new UserKey("acme", "ann");
  @AutoClose private static final EmbeddedRedis redis = new EmbeddedRedis();
  @AutoClose private static final HistoryStore store = Writes.store(redis);

  @BeforeEach
  void fill() {
    redis.client().flushAll();
    store.write(
        List.of(write("acme:ann", "tags", "a", 1, "o"), write("acme:ann", "tags", "b", 2, "o")));
    apply(2, 0);
  }

  /** Heads whose fit knew the user's erasure of that moment. */
  private static void apply(long historyVersion, long erasedUpTo) {
    Heads heads =
        new Heads(historyVersion, 0, new Heads.Mixture(2, 0.5f, List.of()), Heads.Mixture.NONE);
    Writes.heads(redis, "base-1", HeadsCodec.encode(heads));
    String stamp = "1:%d:0af3:%d".formatted(historyVersion, erasedUpTo);
    redis.client().hset("hydra:user:{acme:ann}", "h:tags:base-1", stamp);
  }

  private static HeadExport read() {
    return new HeadExport(redis.client(), ANN, "tags", "base-1");
  }

  private static void erase(long upTo) {
    store.erase(new Erasure(ANN, "x", upTo));
  }

  @Test
  void whoWasNeverErasedMayHaveHeadsBehindTheHistory() {
    HeadExport export = read();
    store.write(List.of(write("acme:ann", "tags", "c", 3, "o")));
    assertThat(export.heads().historyVersion()).isEqualTo(2);
    assertThat(export.mayLeave()).isTrue();
  }

  @Test
  void headsThatWereReadBeforeAnErasureStay() {
    HeadExport export = read();
    erase(1);
    assertThat(export.mayLeave()).isFalse();
  }

  @Test
  void headsThatAreReadWhileAnErasureIsUnderWayStay() {
    redis.client().hset("hydra:user:{acme:ann}", "erased", "1");
    assertThat(read().mayLeave()).as("nothing is taken yet").isFalse();
  }

  @Test
  void headsThatDoNotKnowOfTheErasureStayUntilTheyAreFittedToWhatIsLeft() {
    erase(1);
    apply(2, 0);
    assertThat(read().mayLeave()).as("fitted before, applied after").isFalse();
    apply(3, 1);
    assertThat(read().mayLeave()).as("fitted to what is left").isTrue();

    erase(2);
    assertThat(read().mayLeave()).as("nothing is left").isTrue();
    apply(0, 1);
    assertThat(read().mayLeave()).as("of who only judged, fitted before").isFalse();
    apply(0, 2);
    assertThat(read().mayLeave()).as("of who only judged, fitted since").isTrue();
    redis.client().hset("hydra:user:{acme:ann}", "h:tags:base-1", "1:0");
    assertThat(read().mayLeave()).as("an earlier version does not say").isFalse();
  }

  @Test
  void thePopulationsHeadTellsNothing() {
    redis.client().flushAll();
    HeadExport export = read();
    erase(1);
    assertThat(export.heads()).isEqualTo(Heads.NONE);
    assertThat(export.mayLeave()).isTrue();
  }
}
