package io.hydra.serving.query;

import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.time.Timer;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Decodes queries, each once. Thread-safe.
 *
 * <p>Implementation note. A value whose schema is known is decoded on the spot. Any other schema is
 * looked up, which holds up nothing but the values that were written with it:
 *
 * <ul>
 *   <li>At most one look-up of a schema is under way. It holds a thread only while the registry is
 *       asked; between two attempts it waits on the timer.
 *   <li>A registry that is away is asked again without end.
 *   <li>A schema that the registry does not give is asked for {@link #ATTEMPTS} times before its
 *       values are refused: it may be registered on another node, or the answer may come from one
 *       that is just going. Where many are being looked up, it is refused at once: a flood of bad
 *       ids asks once for each.
 *   <li>No refusal is remembered: the next value asks again.
 * </ul>
 */
public final class QueryDecoder {
  /** Attempts at a schema that is not given: three to six seconds with the usual backoff. */
  static final int ATTEMPTS = 6;

  /** Schemas that are looked up at once, above which each is asked for once. */
  static final int MANY = 64;

  private static final int HEADER_BYTES = 1 + Integer.BYTES;

  private final Supplier<RegistryDeserializer<Query>> deserializers;
  private final RegistryDeserializer<Query> withoutSchema;
  private final Executor lookUps;
  private final Timer timer;
  private final Backoff backoff;
  private final Outage registry = new Outage("the schema registry");

  /** One for each schema that is known. Each guarded by itself. */
  private final Map<Integer, RegistryDeserializer<Query>> known = new ConcurrentHashMap<>();

  /** Values that wait for each schema being looked up, in order. Guarded by itself. */
  private final Map<Integer, Set<Pending>> asked = new HashMap<>();

  /** A query, or why its value is none: the other is null. */
  record Decoded(Query query, RejectedRecordException problem) {}

  @SuppressWarnings("ArrayRecordComponent") // No two share a future.
  private record Pending(byte[] value, CompletableFuture<Decoded> decoded) {}

  /**
   * @param deserializers makes one that has no patience with schemas that are unknown
   * @param lookUps may block on the registry: give it its own threads
   */
  public QueryDecoder(
      Supplier<RegistryDeserializer<Query>> deserializers,
      Executor lookUps,
      Timer timer,
      Backoff backoff) {
    this.deserializers = deserializers;
    this.withoutSchema = deserializers.get();
    this.lookUps = lookUps;
    this.timer = timer;
    this.backoff = backoff;
  }

  /** Looks up the schema that a value was written with, before there is any record of it. */
  public CompletableFuture<Void> learn(byte[] value) {
    return decodeLater(value).thenAccept(decoded -> {});
  }

  /** Decodes without blocking; empty if the schema has to be looked up. */
  Optional<Decoded> decodeNow(byte[] value) {
    if (value == null || value.length < HEADER_BYTES || value[0] != 0) {
      return Optional.of(decode(withoutSchema, value));
    }
    return Optional.ofNullable(known.get(schemaId(value)))
        .map(deserializer -> decode(deserializer, value));
  }

  /**
   * Decodes once the registry has answered, values of one schema in the order in which they came.
   * Never completes exceptionally, unless its caller cancels it: the value is then forgotten.
   */
  CompletableFuture<Decoded> decodeLater(byte[] value) {
    int id = schemaId(value);
    Pending pending = new Pending(value, new CompletableFuture<>());
    CompletableFuture<Decoded> unused =
        pending.decoded().whenComplete((decoded, cancelled) -> forget(id, pending));
    boolean isFirst;
    synchronized (asked) {
      isFirst = !asked.containsKey(id);
      asked.computeIfAbsent(id, i -> new LinkedHashSet<>()).add(pending);
    }
    if (isFirst) {
      lookUps.execute(() -> lookUp(id, 0, 1));
    }
    return pending.decoded();
  }

  private void forget(int id, Pending pending) {
    synchronized (asked) {
      Set<Pending> waiting = asked.get(id);
      if (waiting != null) {
        waiting.remove(pending);
      }
    }
  }

  /** Lists the values that wait for a schema. Without any, it is not looked up any more. */
  private List<Pending> waiting(int id) {
    synchronized (asked) {
      List<Pending> waiting = new ArrayList<>(asked.get(id));
      if (waiting.isEmpty()) {
        asked.remove(id);
        if (asked.isEmpty()) {
          registry.abandon();
        }
      }
      return waiting;
    }
  }

  /**
   * @param failures attempts in a row to which the registry did not answer
   * @param attempt since the registry last did not answer, this one included
   */
  private void lookUp(int id, int failures, int attempt) {
    List<Pending> waiting = waiting(id);
    if (waiting.isEmpty()) {
      return;
    }
    try {
      RegistryDeserializer<Query> deserializer = deserializers.get();
      deserializer.learn(waiting.get(0).value());
      registry.ended();
      known.put(id, deserializer);
      settle(id, pending -> decode(deserializer, pending.value()));
    } catch (UndecodableRecordException e) {
      registry.ended();
      boolean areMany;
      synchronized (asked) {
        areMany = asked.size() > MANY;
      }
      if (e.isSchemaUnknown() && attempt < ATTEMPTS && !areMany) {
        again(attempt - 1, () -> lookUp(id, 0, attempt + 1));
      } else {
        settle(id, pending -> new Decoded(null, e));
      }
    } catch (RegistryUnavailableException e) {
      registry.began(String.valueOf(e.getMessage()));
      again(failures, () -> lookUp(id, failures + 1, 1));
    } catch (Throwable e) {
      settle(id, pending -> broken(e));
    }
  }

  private void again(int failures, Runnable attempt) {
    Timer.Task unused = timer.after(backoff.delay(failures), () -> lookUps.execute(attempt));
  }

  /** Ends all that waits for a schema, what comes meanwhile included. */
  private void settle(int id, Function<Pending, Decoded> outcome) {
    for (List<Pending> waiting = waiting(id); !waiting.isEmpty(); waiting = waiting(id)) {
      for (Pending pending : waiting) {
        pending.decoded().complete(outcome.apply(pending));
      }
    }
  }

  private static Decoded decode(RegistryDeserializer<Query> deserializer, byte[] value) {
    try {
      synchronized (deserializer) {
        return new Decoded(deserializer.deserialize(value), null);
      }
    } catch (UndecodableRecordException e) {
      return new Decoded(null, e);
    } catch (Throwable e) {
      return broken(e);
    }
  }

  /** Bytes that bring down the decoder are the record's fault, whatever it is that they cause. */
  private static Decoded broken(Throwable error) {
    return new Decoded(
        null,
        new RejectedRecordException(
            "the value cannot be decoded (%s)".formatted(error.getClass().getSimpleName())));
  }

  private static int schemaId(byte[] value) {
    return ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
  }
}
