package io.hydra.trainer.llm;

import io.hydra.trainer.llm.store.Key;
import io.hydra.trainer.llm.store.KeyedLog;
import io.hydra.trainer.llm.store.KeyedLogException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A {@link Chat} that keeps every reply on disk and answers the same request from there, so that an
 * interrupted run resumes. Asks for the same at the same time make one call. A failed call is not
 * kept. A killed process loses what it was told within the last second at most.
 */
public final class CachedChat implements Chat {
  private final Chat delegate;
  private final String namespace;
  private final KeyedLog log;
  private final ConcurrentHashMap<Key, CompletableFuture<ChatReply>> underWay =
      new ConcurrentHashMap<>();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder done = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private volatile KeyedLogException broken;

  /**
   * @param delegate is asked what is not kept; closed with this one
   * @param folder where replies are kept; one process at a time
   * @param namespace names the LLM behind the delegate with all that shapes its answers, so that
   *     another one is never answered for
   * @throws KeyedLogException if the folder is in use, or cannot be read or written, or holds what
   *     this program does not know; the delegate stays open then
   */
  public CachedChat(Chat delegate, Path folder, String namespace) {
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

  public CallProgress progress() {
    return new CallProgress(done.sum(), failed.sum(), hits.sum());
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
  public CompletableFuture<ChatReply> ask(ChatRequest request) {
    Key key = RequestKey.of(namespace, request);
    CompletableFuture<ChatReply> mine = new CompletableFuture<>();
    // Before the look at the disk: who comes between that and the end of a call must find one.
    CompletableFuture<ChatReply> theirs = underWay.putIfAbsent(key, mine);
    if (theirs != null) {
      hits.increment();
      return own(theirs);
    }
    Optional<ChatReply> kept;
    try {
      kept = log.get(key).map(ReplyCodec::decode);
    } catch (RuntimeException e) {
      fail(key, mine, e);
      return mine;
    }
    if (kept.isPresent()) {
      hits.increment();
      underWay.remove(key);
      mine.complete(kept.get());
      return mine;
    }
    call(key, request, mine);
    return own(mine);
  }

  private void call(Key key, ChatRequest request, CompletableFuture<ChatReply> mine) {
    misses.increment();
    KeyedLogException lost = broken;
    if (lost != null) {
      fail(key, mine, lost);
      return;
    }
    CompletableFuture<ChatReply> called;
    try {
      called = delegate.ask(request);
    } catch (RuntimeException e) {
      fail(key, mine, e);
      return;
    }
    var unused =
        called.whenComplete(
            (reply, error) -> {
              if (error != null) {
                fail(key, mine, unwrap(error));
                return;
              }
              keep(key, reply);
              done.increment();
              underWay.remove(key);
              mine.complete(reply);
            });
  }

  private void keep(Key key, ChatReply reply) {
    try {
      log.put(key, ReplyCodec.encode(reply));
    } catch (KeyedLogException e) {
      broken = e; // This reply is still good; the next ask tells.
    }
  }

  private void fail(Key key, CompletableFuture<ChatReply> mine, Throwable error) {
    failed.increment();
    underWay.remove(key);
    mine.completeExceptionally(error);
  }

  /** The caller's own future: cancelling it must not take the reply from others. */
  private static CompletableFuture<ChatReply> own(CompletableFuture<ChatReply> shared) {
    CompletableFuture<ChatReply> own = new CompletableFuture<>();
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

  private static Throwable unwrap(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
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
