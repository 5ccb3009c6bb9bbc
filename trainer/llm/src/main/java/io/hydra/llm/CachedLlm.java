package io.hydra.llm;

import io.hydra.llm.KeyedLog.Key;
import io.hydra.runtime.failure.Failures;
import io.hydra.schemas.config.UserException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * An {@link Llm} that keeps every reply on disk and answers the same request from there, so that an
 * interrupted run resumes. Asks for the same at the same time make one call. A failed call is not
 * kept, nor is a reply that lacks samples for a passing fault: they would be missed for good.
 */
public final class CachedLlm implements Llm {
  private final Llm delegate;
  private final String namespace;
  private final KeyedLog log;
  private final ConcurrentHashMap<Key, CompletableFuture<LlmReply>> underWay =
      new ConcurrentHashMap<>();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private volatile UserException broken;

  /**
   * @param delegate is asked what is not kept; closed with this one
   * @param folder the folder of the kept replies; one process at a time
   * @param namespace names the LLM behind the delegate with all that shapes its answers, so that
   *     another one is never answered for
   * @throws UserException if the folder is in use, or cannot be read or written, or holds what this
   *     program does not know; the delegate stays open then
   */
  public CachedLlm(Llm delegate, Path folder, String namespace) {
    this.delegate = delegate;
    this.namespace = namespace;
    this.log = KeyedLog.open(folder, CacheFormat.VERSION);
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
   * @return completes exceptionally with a {@link UserException} too, if replies cannot be read or
   *     no longer be kept: going on would pay for them again
   */
  @Override
  public CompletableFuture<LlmReply> complete(LlmRequest request, Deadline deadline) {
    Key key = CacheFormat.key(namespace, request);
    CompletableFuture<LlmReply> mine = new CompletableFuture<>();
    // Before the look at the disk: who comes between that and the end of a call must find one.
    CompletableFuture<LlmReply> theirs = underWay.putIfAbsent(key, mine);
    if (theirs != null) {
      hits.increment();
      return theirs.copy();
    }
    try {
      Optional<LlmReply> kept = log.get(key).map(CacheFormat::decode);
      if (kept.isPresent()) {
        hits.increment();
        end(key, mine, kept.get(), null);
      } else {
        misses.increment();
        if (broken != null) {
          throw broken;
        }
        var unused =
            delegate
                .complete(request, deadline)
                .whenComplete((reply, error) -> keep(key, mine, reply, error));
      }
    } catch (RuntimeException | Error e) {
      end(key, mine, null, e);
    }
    // The caller's own: cancelling it must not take the reply from others.
    return mine.copy();
  }

  private void keep(Key key, CompletableFuture<LlmReply> mine, LlmReply reply, Throwable error) {
    Throwable failure = Failures.unwrap(error);
    try {
      if (failure == null) {
        failure = reply.fault();
      }
      if (failure == null) {
        log.put(key, CacheFormat.encode(reply));
      }
    } catch (UserException e) {
      broken = e; // This reply is still good; the next ask tells.
    } catch (RuntimeException | Error e) {
      failure = e; // A defect; who waits must learn of it.
    }
    end(key, mine, reply, failure);
  }

  /** Asks that come from within must not find this one: first out of the map, then complete. */
  private void end(Key key, CompletableFuture<LlmReply> mine, LlmReply reply, Throwable failure) {
    underWay.remove(key);
    if (failure == null) {
      mine.complete(reply);
    } else {
      mine.completeExceptionally(failure);
    }
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
