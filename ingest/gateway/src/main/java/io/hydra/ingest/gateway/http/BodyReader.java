package io.hydra.ingest.gateway.http;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/** Reads one body as it arrives, to keep it or to drop it; no thread waits for it. */
final class BodyReader implements Runnable {
  private static final int FIRST_BYTES = 8 * 1024;
  private static final Duration REST = Duration.ofSeconds(2);
  private static final byte[] NOTHING = {};

  private final Request request;
  private final int most;

  /** Null where the body is dropped: then nothing that is wrong with it counts. */
  private final ByteArrayOutputStream kept;

  private final LongConsumer room;
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private long bytes;

  private BodyReader(
      Request request, Limits limits, ByteArrayOutputStream kept, LongConsumer room) {
    this.request = request;
    this.most = limits.maxBodyBytes();
    this.kept = kept;
    this.room = room;
  }

  /**
   * Begins to read.
   *
   * @param room asked for the bytes that have come; throws a {@link Refusal} if there is none
   * @return fails with a {@link Refusal} if the body is too large, late or cut short; completed on
   *     a thread that may go on to work
   */
  static CompletableFuture<byte[]> read(Request request, Limits limits, LongConsumer room) {
    return new BodyReader(request, limits, new ByteArrayOutputStream(FIRST_BYTES), room)
        .within(limits.bodyTime())
        // Not on the thread that read the last byte: it may have connections to look after.
        .thenApplyAsync(body -> body, request.getComponents().getExecutor());
  }

  /**
   * Drops what is still to come of a body whose request has been refused: a connection that is
   * closed while its sender still sends is reset, and the sender may never see the reply.
   *
   * @return completes once the sender has ended, or has had its bounds: as many bytes as a body may
   *     have
   */
  static CompletableFuture<byte[]> drop(Request request, Limits limits) {
    // A sender who asks first sends nothing to one who has refused.
    return request.getHeaders().contains(HttpHeader.EXPECT)
        ? CompletableFuture.completedFuture(NOTHING)
        : new BodyReader(request, limits, null, bytes -> {}).within(REST);
  }

  private CompletableFuture<byte[]> within(Duration patience) {
    Scheduler.Task late =
        request
            .getComponents()
            .getScheduler()
            .schedule(() -> refuse(tooLate()), patience.toMillis(), TimeUnit.MILLISECONDS);
    run();
    return whole.whenComplete((body, failure) -> late.cancel());
  }

  @Override
  public void run() {
    while (!whole.isDone()) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      take(chunk);
    }
  }

  private void take(Content.Chunk chunk) {
    if (Content.Chunk.isFailure(chunk)) {
      refuse(
          chunk.getFailure() instanceof TimeoutException
              ? tooLate()
              : Refusal.of(ProblemType.MALFORMED, "the body is cut short, or its framing broken"));
      return;
    }
    boolean last = chunk.isLast();
    byte[] part = new byte[kept == null ? 0 : chunk.remaining()];
    bytes += chunk.remaining();
    int unused = chunk.get(part, 0, part.length);
    chunk.release();
    if (bytes > most) {
      refuse(tooLarge(most));
      return;
    }
    if (kept != null) {
      try {
        room.accept(part.length);
      } catch (Refusal full) {
        refuse(full);
        return;
      }
      kept.writeBytes(part);
    }
    if (last) {
      whole.complete(kept == null ? NOTHING : kept.toByteArray());
    }
  }

  private void refuse(Refusal why) {
    if (kept == null) {
      whole.complete(NOTHING);
    } else {
      whole.completeExceptionally(why);
    }
  }

  private static Refusal tooLate() {
    return Refusal.of(ProblemType.REQUEST_TIMEOUT, "the body did not arrive in time");
  }

  static Refusal tooLarge(int most) {
    return Refusal.of(
        ProblemType.TOO_LARGE,
        "a body may have %d bytes: send less in one request".formatted(most));
  }
}
