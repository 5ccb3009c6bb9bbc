package io.hydra.ingest.gateway.http;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/** Reads one body as it arrives; no thread waits for it. */
final class BodyReader implements Runnable {
  private static final int FIRST_BYTES = 8 * 1024;

  private final Request request;
  private final Limits limits;
  private final ByteArrayOutputStream content = new ByteArrayOutputStream(FIRST_BYTES);
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

  private BodyReader(Request request, Limits limits) {
    this.request = request;
    this.limits = limits;
  }

  /**
   * Begins to read.
   *
   * @return fails with a {@link Refusal} if the body is too large, late or cut short; completed on
   *     a thread that may go on to work
   */
  static CompletableFuture<byte[]> read(Request request, Limits limits) {
    BodyReader reader = new BodyReader(request, limits);
    Scheduler.Task late =
        request
            .getComponents()
            .getScheduler()
            .schedule(reader::late, limits.bodyTime().toMillis(), TimeUnit.MILLISECONDS);
    reader.run();
    return reader
        .whole
        .whenComplete((body, failure) -> late.cancel())
        // Not on the thread that read the last byte: it may have connections to look after.
        .thenApplyAsync(body -> body, request.getComponents().getExecutor());
  }

  @Override
  public void run() {
    while (!whole.isDone()) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        whole.completeExceptionally(
            chunk.getFailure() instanceof TimeoutException
                ? tooLate()
                : Refusal.of(
                    ProblemType.MALFORMED, "the body is cut short, or its framing broken"));
        return;
      }
      take(chunk);
    }
  }

  private void take(Content.Chunk chunk) {
    boolean last = chunk.isLast();
    byte[] bytes = new byte[chunk.remaining()];
    int unused = chunk.get(bytes, 0, bytes.length);
    chunk.release();
    if (content.size() + bytes.length > limits.maxBodyBytes()) {
      whole.completeExceptionally(tooLarge(limits));
      return;
    }
    content.writeBytes(bytes);
    if (last) {
      whole.complete(content.toByteArray());
    }
  }

  private void late() {
    whole.completeExceptionally(tooLate());
  }

  private static Refusal tooLate() {
    return Refusal.of(ProblemType.REQUEST_TIMEOUT, "the body did not arrive in time");
  }

  static Refusal tooLarge(Limits limits) {
    return Refusal.of(
        ProblemType.TOO_LARGE,
        "a body may have %d bytes: send less in one request".formatted(limits.maxBodyBytes()));
  }
}
