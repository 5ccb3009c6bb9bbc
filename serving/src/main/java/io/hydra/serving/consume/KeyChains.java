package io.hydra.serving.consume;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Runs tasks of one key one after the other, those of different keys side by side. Owned by one
 * thread; the tasks run on the executor.
 */
final class KeyChains {
  private final Map<ByteBuffer, CompletableFuture<Void>> tails = new HashMap<>();
  private final Executor executor;

  KeyChains(Executor executor) {
    this.executor = executor;
  }

  /**
   * Starts {@code task} when every earlier one of this key has ended, well or not.
   *
   * @param key null: nothing to be kept in order
   */
  CompletableFuture<Void> append(byte[] key, Supplier<CompletableFuture<Void>> task) {
    if (key == null) {
      return after(CompletableFuture.completedFuture(null), task);
    }
    ByteBuffer chain = ByteBuffer.wrap(key);
    CompletableFuture<Void> tail =
        tails.getOrDefault(chain, CompletableFuture.completedFuture(null));
    CompletableFuture<Void> appended = after(tail, task);
    tails.put(chain, appended);
    return appended;
  }

  private CompletableFuture<Void> after(
      CompletableFuture<Void> tail, Supplier<CompletableFuture<Void>> task) {
    return tail.handle((done, error) -> null).thenComposeAsync(ignored -> task.get(), executor);
  }

  /** Forgets a task that has ended; without this a key's last task would be kept for ever. */
  void release(byte[] key, CompletableFuture<Void> ended) {
    if (key != null) {
      tails.remove(ByteBuffer.wrap(key), ended);
    }
  }

  int size() {
    return tails.size();
  }
}
