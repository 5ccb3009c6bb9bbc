package io.hydra.llm;

import io.hydra.llm.store.Key;
import io.hydra.llm.store.KeyedLog;
import io.hydra.llm.store.KeyedLogException;
import io.hydra.runtime.failure.Failures;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * An {@link Llm} that keeps every reply on disk and answers the same request from there, so that an
 * interrupted run resumes. Asks for the same at the same time make one call. A failed call is not
 * kept, nor is a reply that lacks samples for a passing fault: they would be missed for good. A
 * killed process loses what it was told within the last second at most.
 */
public final class CachedLlm implements Llm {
  private final Llm delegate;
  private final String namespace;
  private final KeyedLog log;
  private final ConcurrentHashMap<Key, CompletableFuture<LlmReply>> underWay =
      new ConcurrentHashMap<>();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private volatile KeyedLogException broken;

  /**
   * @param delegate is asked what is not kept; closed with this one
   * @param folder where replies are kept; one process at a time
   * @param namespace names the LLM behind the delegate with all that shapes its answers, so that
   *     another one is never answered for
   * @throws KeyedLogException if the folder is in use, or cannot be read or written, or holds what
   *     this program does not know; the delegate stays open then
   */
  public CachedLlm(Llm delegate, Path folder, String namespace) {
    this.delegate = delegate;
    this.namespace = namespace;
    this.log = KeyedLog.open(folder, ReplyCodec.VERSION);
  }

  /** Asks answered from disk, or by a call that was under way for the same request. */
  public long hits() {
    return hits.sum();
  }

  /** Asks that needed a call of their own. */
  public long misses() {
    return misses.sum();
  }

  /** Replies on disk, those of other namespaces included. */
  public int size() {
    return log.size();
  }

  /**
   * @return completes exceptionally with a {@link KeyedLogException} too, if replies cannot be read
   *     or no longer be kept: going on would pay for them again
   */
  @Override
  public CompletableFuture<LlmReply> complete(LlmRequest request, Deadline deadline) {
    Key key = RequestKey.of(namespace, request);
    CompletableFuture<LlmReply> mine = new CompletableFuture<>();
    // Before the look at the disk: who comes between that and the end of a call must find one.
    CompletableFuture<LlmReply> theirs = underWay.putIfAbsent(key, mine);
    if (theirs != null) {
      hits.increment();
      return own(theirs);
    }
    Optional<LlmReply> kept;
    try {
      kept = log.get(key).map(ReplyCodec::decode);
    } catch (RuntimeException | Error e) {
      fail(key, mine, e);
      return mine;
    }
    if (kept.isPresent()) {
      hits.increment();
      underWay.remove(key);
      mine.complete(kept.get());
      return mine;
    }
    call(key, request, deadline, mine);
    return own(mine);
  }

  private void call(
      Key key, LlmRequest request, Deadline deadline, CompletableFuture<LlmReply> mine) {
    misses.increment();
    KeyedLogException lost = broken;
    if (lost != null) {
      fail(key, mine, lost);
      return;
    }
    CompletableFuture<LlmReply> called;
    try {
      called = delegate.complete(request, deadline);
    } catch (RuntimeException | Error e) {
      fail(key, mine, e);
      return;
    }
    var unused =
        called.whenComplete(
            (reply, error) -> {
              try {
                if (error != null) {
                  fail(key, mine, Failures.unwrap(error));
                } else if (reply.fault() != null) {
                  fail(key, mine, reply.fault());
                } else {
                  keep(key, reply);
                  underWay.remove(key);
                  mine.complete(reply);
                }
              } catch (RuntimeException | Error e) {
                fail(key, mine, e); // A defect; who waits must learn of it.
              }
            });
  }

  private void keep(Key key, LlmReply reply) {
    try {
      log.put(key, ReplyCodec.encode(reply));
    } catch (KeyedLogException e) {
      broken = e; // This reply is still good; the next ask tells.
    }
  }

  private void fail(Key key, CompletableFuture<LlmReply> mine, Throwable error) {
    underWay.remove(key);
    mine.completeExceptionally(error);
  }

  /** The caller's own future: cancelling it must not take the reply from others. */
  private static CompletableFuture<LlmReply> own(CompletableFuture<LlmReply> shared) {
    CompletableFuture<LlmReply> own = new CompletableFuture<>();
    var unused =
        shared.whenComplete(
            (reply, error) -> {
              if (error == null) {
                own.complete(reply);
              } else {
                own.completeExceptionally(error);
              }
            });
    return own;
  }

  @Override
  public void close() {
    try {
      delegate.close();
    } finally {
      log.close();
    }
  }
}
