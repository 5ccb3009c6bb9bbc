package io.hydra.stream.rebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.runtime.retry.Sleeper;
import io.hydra.runtime.time.ManualTime;
import io.hydra.schemas.store.EmbeddedRedis;
import io.hydra.schemas.store.RebuildException;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.Users;
import io.hydra.schemas.store.View;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class RefitTest {
  @AutoClose private static final EmbeddedRedis server = new EmbeddedRedis();
  private static final RedisClient redis = server.client();

  private final ManualTime time = new ManualTime();
  private final List<String> progress = new ArrayList<>();

  /** A trainer that fits what was requested once somebody looks, unless it hangs. */
  private final class Trainer implements HeadRequests, TrainerPosition {
    private final List<String> requested = new ArrayList<>();
    private final List<UserKey> waiting = new ArrayList<>();
    private String base = "new";
    private boolean hangs;
    private boolean refuses;
    private int slow;
    private int most;

    @Override
    public void request(UserKey user, String task, long version) {
      requested.add(user.userId() + "/" + task);
      waiting.add(user);
      most = Math.max(most, waiting.size());
      assertThat(version).isZero();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public Mark mark() {
      return new Mark() {
        private int looks;

        @Override
        public boolean isReached() {
          if (hangs || looks++ < slow) {
            return false;
          }
          if (!refuses) {
            waiting.forEach(user -> head(user, base));
          }
          waiting.clear();
          return true;
        }

        @Override
        public long progress() {
          return hangs ? 0 : looks;
        }
      };
    }
  }

  private final Trainer trainer = new Trainer();

  @BeforeEach
  void startAnew() {
    redis.flushAll();
  }

  private static UserKey user(String id) {
    return new UserKey("acme", id);
  }

  private static void field(UserKey user, String field) {
    long unused = redis.hset(StoreLayout.user(user), field.getBytes(), "1:1".getBytes());
  }

  private static void history(UserKey user, String task) {
    field(user, "t:" + task);
    long unused =
        redis.hset(
            StoreLayout.history(View.ORIGINAL, user, task), "e:1".getBytes(), "item".getBytes());
  }

  private static void head(UserKey user, String base) {
    field(user, "h:stars:" + base);
    String unused = redis.set(StoreLayout.heads(user, "stars", base), "heads".getBytes());
  }

  private Refit.Report refit(String base, int perSecond) throws InterruptedException {
    Sleeper sleeper = time::advance;
    return new Refit(
            new Users(redis),
            trainer,
            trainer,
            base,
            perSecond,
            time::nanos,
            sleeper,
            progress::add)
        .run();
  }

  @Test
  void everyoneWithoutHeadsOfTheBaseGetsThemAlsoWhoHasVerdictsAlone() throws InterruptedException {
    history(user("ann"), "stars");
    head(user("only-verdicts"), "old");
    head(user("done"), "new");
    history(user("done"), "stars");
    field(user("forgotten"), "erased");

    assertThat(refit("new", 0)).isEqualTo(new Refit.Report(2, 0, 0));
    assertThat(new Users(redis).anyHeadsOf("new")).isTrue();
    assertThat(new Users(redis).anyHeadsOf("newer")).isFalse();
    assertThat(new TreeSet<>(trainer.requested))
        .containsExactly("ann/stars", "only-verdicts/stars");
    assertThat(refit("new", 0)).isEqualTo(new Refit.Report(0, 0, 0));
  }

  @Test
  void headsWhoseKeyHasExpiredAreFittedAgain() throws InterruptedException {
    history(user("ann"), "stars");
    field(user("ann"), "h:stars:new");

    assertThat(refit("new", 0)).isEqualTo(new Refit.Report(1, 0, 0));
  }

  @Test
  void aCanaryIsNobodysUser() throws InterruptedException {
    history(new UserKey(UserKey.CANARY_TENANT, "canary-1"), "sample");

    assertThat(refit("new", 0)).isEqualTo(new Refit.Report(0, 0, 0));
    assertThat(progress).isEmpty();
  }

  @Test
  void aTrainerThatTakesLongIsGivenLessAtATime() throws InterruptedException {
    for (int i = 0; i < 300; i++) {
      history(user("u" + i), "stars");
    }
    trainer.slow = 1_000;

    assertThat(refit("new", 0)).isEqualTo(new Refit.Report(300, 0, 0));
    assertThat(trainer.most).isLessThanOrEqualTo(16);
  }

  @Test
  void whatAnErasureOrAgeTookIsNeitherRequestedNorMissing() throws InterruptedException {
    history(user("ann"), "stars");
    field(user("erased"), "erased");
    field(user("erased"), "t:stars");
    field(user("aged"), "t:stars");
    field(user("aged"), "h:stars:old");

    assertThat(refit("new", 0)).isEqualTo(new Refit.Report(1, 0, 0));
    assertThat(trainer.requested).containsExactly("ann/stars");
    assertThat(progress).isEmpty();
    assertThat(refit(null, 0).requested()).isEqualTo(1);
  }

  @Test
  void allHeadsAreRequestedAgainIfNoBaseIsNamed() throws InterruptedException {
    history(user("ann"), "stars");
    head(user("done"), "new");

    assertThat(refit(null, 0).requested()).isEqualTo(2);
  }

  @Test
  void fewRequestsAreUnderWayAtOnceAndNoMoreThanTheRateAllows() throws InterruptedException {
    for (int i = 0; i < 300; i++) {
      history(user("u" + i), "stars");
    }
    long start = time.nanos();

    assertThat(refit("new", 100)).isEqualTo(new Refit.Report(300, 0, 0));
    assertThat(trainer.most).isLessThanOrEqualTo(2 * Refit.BATCH);
    // The last batch goes out when those before it have had their time.
    assertThat(Duration.ofNanos(time.nanos() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis((300 - Refit.BATCH) * 10));
    assertThat(progress).isNotEmpty();
  }

  @Test
  void aLowRateIsKeptOneRequestAfterTheOther() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      history(user("u" + i), "stars");
    }

    assertThat(refit("new", 1)).isEqualTo(new Refit.Report(20, 0, 0));
    assertThat(trainer.most).isLessThanOrEqualTo(2);
  }

  @Test
  void aTrainerWithoutTheBaseIsToldAtOnce() {
    for (int i = 0; i < 400; i++) {
      history(user("u" + i), "stars");
    }
    trainer.base = "old";

    assertThatExceptionOfType(RebuildException.class)
        .isThrownBy(() -> refit("new", 0))
        .withMessageContaining("--base OLD,NEW");
    assertThat(trainer.requested).hasSizeLessThan(400);
  }

  @Test
  void fewUsersWithoutHeadsInTheEndAreNamed() throws InterruptedException {
    history(user("ann"), "stars");
    trainer.base = "old";

    assertThat(refit("new", 0)).isEqualTo(new Refit.Report(1, 1, 0));
    assertThat(progress).hasSize(2);
    assertThat(progress.get(0)).contains("--base OLD,NEW");
    assertThat(progress.get(1))
        .isEqualTo(
            "users without heads of base new, at most 5: %s in stars".formatted(user("ann")));
  }

  @Test
  void aTaskThatNobodyHasHeadsOfIsToldByItself() throws InterruptedException {
    head(user("done"), "new");
    history(user("ann"), "start");
    history(user("ben"), "start");
    trainer.refuses = true;

    Refit.Report report = refit("new", 0);
    assertThat(report).isEqualTo(new Refit.Report(2, 0, 2));
    assertThat(report.isInVain()).isTrue();
    assertThat(progress.get(progress.size() - 1))
        .isEqualTo(
            "nobody has heads of base new in these tasks; if it has them, hydra dead-letters --topic"
                + " hydra.head-requests.dlq says why: start");

    history(user("only-here"), "stars");
    assertThat(refit("new", 0).isInVain()).as("stars is the base's").isTrue();
  }

  @Test
  void aTrainerThatIsSlowIsWaitedForAsLongAsItGoesOn() throws InterruptedException {
    history(user("ann"), "stars");
    trainer.slow = 10_000;

    assertThat(refit("new", 0)).isEqualTo(new Refit.Report(1, 0, 0));
    assertThat(Duration.ofNanos(time.nanos())).isGreaterThan(Refit.PATIENCE);
  }

  @Test
  void aTrainerThatDoesNotFollowIsToldInTime() {
    history(user("ann"), "stars");
    trainer.hangs = true;
    long start = time.nanos();

    assertThatExceptionOfType(RebuildException.class)
        .isThrownBy(() -> refit("new", 0))
        .withMessageContaining("check that it runs");
    assertThat(Duration.ofNanos(time.nanos() - start)).isLessThan(Refit.PATIENCE.multipliedBy(2));
  }
}
