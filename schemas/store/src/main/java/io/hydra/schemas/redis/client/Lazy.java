package io.hydra.schemas.redis.client;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.util.IOUtils;
import redis.clients.jedis.util.Pool;

/**
 * Postpones to the first command what Jedis does in a constructor: looking for the primary or the
 * slots. Of many threads one looks, the others wait for what it finds; where it fails, they all
 * fail with it, and the next command looks again.
 */
final class Lazy<P extends ConnectionProvider> implements ConnectionProvider {
  private final Supplier<P> connect;
  private final AtomicReference<CompletableFuture<P>> found = new AtomicReference<>();

  Lazy(Supplier<P> connect) {
    this.connect = connect;
  }

  P get() {
    CompletableFuture<P> mine = new CompletableFuture<>();
    CompletableFuture<P> others = found.compareAndExchange(null, mine);
    if (others != null) {
      return wait(others);
    }
    try {
      P provider = connect.get();
      mine.complete(provider);
      return provider;
    } catch (RuntimeException e) {
      boolean unused = found.compareAndSet(mine, null);
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private static <P> P wait(CompletableFuture<P> others) {
    try {
      return others.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  /** Closes connections that nobody uses; does nothing before the first command. */
  void dropIdle() {
    CompletableFuture<P> future = found.get();
    if (future != null && future.isDone() && !future.isCompletedExceptionally()) {
      future.join().getConnectionMap().values().stream()
          .filter(Pool.class::isInstance)
          .forEach(pool -> ((Pool<?>) pool).clear());
    }
  }

  @Override
  public Connection getConnection() {
    return get().getConnection();
  }

  @Override
  public Connection getConnection(CommandArguments arguments) {
    return get().getConnection(arguments);
  }

  /** Primaries alone: a scan goes through these, and would meet each key at its replicas again. */
  @Override
  public Map<?, ?> getConnectionMap() {
    return getPrimaryNodesConnectionMap();
  }

  @Override
  public Map<?, ?> getPrimaryNodesConnectionMap() {
    return get().getPrimaryNodesConnectionMap();
  }

  @Override
  public void close() {
    CompletableFuture<P> future =
        found.getAndSet(
            CompletableFuture.failedFuture(new IllegalStateException("this client is closed")));
    if (future != null) {
      // Also when it is still looking.
      var unused = future.thenAccept(IOUtils::closeQuietly);
    }
  }
}
