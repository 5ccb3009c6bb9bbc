package io.hydra.trainer.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.redis.ItemVectors;
import io.hydra.schemas.store.VectorWriter.Change;
import io.hydra.schemas.user.UserKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisConnectionException;

class VectorKeeperTest {
  private static final UserKey ANN = new UserKey("acme", "ann");

  private static Change change(String event) {
    return new Change(
        ANN,
        "tags",
        null,
        ItemVectors.none("base"),
        new ItemVectors("base", Map.of(event, new byte[] {1})));
  }

  @Test
  void changesAreKeptInTheirOrderAndEmptyOnesCostNothing() throws InterruptedException {
    BlockingQueue<Change> written = new LinkedBlockingQueue<>();
    VectorKeeper keeper =
        new VectorKeeper(
            batch -> {
              written.addAll(batch);
              return batch.size();
            });
    Change first = change("a");
    Change last = change("b");
    keeper.keep(first);
    keeper.keep(new Change(ANN, "tags", null, first.vectors(), first.vectors()));
    keeper.keep(last);
    Thread thread = new Thread(keeper);
    thread.start();
    assertThat(List.of(written.take(), written.take())).containsExactly(first, last);
    thread.interrupt();
    thread.join();
    assertThat(keeper.kept()).isEqualTo(2);
    assertThat(keeper.dropped()).isZero();
  }

  @Test
  void anOutageDropsWhatWasToBeKeptThenAndNothingAfterIt() throws InterruptedException {
    CountDownLatch failed = new CountDownLatch(1);
    CountDownLatch wrote = new CountDownLatch(1);
    VectorKeeper keeper =
        new VectorKeeper(
            batch -> {
              if (failed.getCount() > 0) {
                failed.countDown();
                throw new JedisConnectionException("away");
              }
              wrote.countDown();
              return batch.size();
            });
    Thread thread = new Thread(keeper);
    thread.start();
    keeper.keep(change("a"));
    failed.await();
    keeper.keep(change("b"));
    wrote.await();
    thread.interrupt();
    thread.join();
    assertThat(keeper.dropped()).isEqualTo(1);
    assertThat(keeper.kept()).isEqualTo(1);
  }

  @Test
  void whatFindsNoRoomIsDropped() {
    VectorKeeper keeper = new VectorKeeper(List::size);
    for (int i = 0; i < 300; i++) {
      keeper.keep(change("e" + i));
    }
    assertThat(keeper.dropped()).isEqualTo(300 - 256);
  }
}
