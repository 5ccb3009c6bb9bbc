package io.hydra.ingest.gateway.http;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * What is still to come of a body whose request has been refused. It is read and dropped, within
 * bounds: a connection that is closed while its sender still sends is reset, and the sender may
 * never see the reply.
 */
final class BodyRest implements Runnable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Request request;
  private final long most;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private long dropped;

  private BodyRest(Request request, long most) {
    this.request = request;
    this.most = most;
  }

  /**
   * Completes once the sender has ended, or has had its bounds: as many bytes as a body may have.
   */
  static CompletableFuture<Void> drop(Request request, Limits limits) {
    // A sender who asks first sends nothing to one who has refused.
    if (request.getHeaders().contains(HttpHeader.EXPECT)) {
      return CompletableFuture.completedFuture(null);
    }
    BodyRest rest = new BodyRest(request, limits.maxBodyBytes());
    Scheduler.Task late =
        request
            .getComponents()
            .getScheduler()
            .schedule(() -> rest.done.complete(null), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    rest.run();
    return rest.done.whenComplete((nothing, failure) -> late.cancel());
  }

  @Override
  public void run() {
    while (!done.isDone()) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      boolean last = chunk.isLast() || Content.Chunk.isFailure(chunk);
      dropped += chunk.remaining();
      chunk.release();
      if (last || dropped > most) {
        done.complete(null);
      }
    }
  }
}
