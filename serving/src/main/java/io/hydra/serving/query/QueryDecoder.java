package io.hydra.serving.query;

import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.time.Timer;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.serving.query.Decoded.Readable;
import io.hydra.serving.query.Decoded.Unreadable;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Decodes queries, each once. Those of a schema that was read before are decoded on the spot; a
 * schema never seen has to be asked for, which may take as long as the registry is away, and holds
 * up nothing but the records that were written with it. Thread-safe.
 */
public final class QueryDecoder {
  private static final int HEADER_BYTES = 1 + Integer.BYTES;

  private final ThreadLocal<RegistryDeserializer<Query>> deserializer;
  private final Executor lookUps;
  private final Timer timer;
  private final Backoff backoff;
  private final Outage registry = new Outage("the schema registry");
  private final Set<Integer> known = ConcurrentHashMap.newKeySet();

  /** What waits for each schema that is being asked for, in order. Guarded by itself. */
  private final Map<Integer, Set<Pending>> asked = new HashMap<>();

  private static final class Pending {
    final byte[] value;
    final CompletableFuture<Decoded> decoded = new CompletableFuture<>();

    Pending(byte[] value) {
      this.value = value;
    }
  }

  /**
   * @param deserializer makes one for each thread
   * @param lookUps may block on the registry, for nobody else's cost: best threads of its own
   */
  public QueryDecoder(
      Supplier<RegistryDeserializer<Query>> deserializer,
      Executor lookUps,
      Timer timer,
      Backoff backoff) {
    this.deserializer = ThreadLocal.withInitial(deserializer);
    this.lookUps = lookUps;
    this.timer = timer;
    this.backoff = backoff;
  }

  /** Reads the schema that a value was written with, before there is any record of it. */
  public CompletableFuture<Void> learn(byte[] value) {
    return decodeLater(value).thenAccept(decoded -> {});
  }

  /** Decodes without blocking; empty if the schema has to be asked for. */
  Optional<Decoded> decodeNow(byte[] value) {
    if (namesSchema(value) && !known.contains(schemaId(value))) {
      return Optional.empty();
    }
    try {
      return Optional.of(decode(value));
    } catch (RegistryUnavailableException e) {
      return Optional.empty();
    }
  }

  /**
   * Decodes once the registry has answered, values of one schema in the order in which they came.
   * Never completes exceptionally, unless its caller cancels it: the value is then forgotten.
   */
  CompletableFuture<Decoded> decodeLater(byte[] value) {
    int id = schemaId(value);
    Pending pending = new Pending(value);
    CompletableFuture<Decoded> unused =
        pending.decoded.whenComplete((decoded, cancelled) -> forget(id, pending));
    boolean isFirst;
    synchronized (asked) {
      isFirst = !asked.containsKey(id);
      asked.computeIfAbsent(id, i -> new LinkedHashSet<>()).add(pending);
    }
    if (isFirst) {
      lookUps.execute(() -> attempt(id, 0));
    }
    return pending.decoded;
  }

  private void forget(int id, Pending pending) {
    synchronized (asked) {
      Set<Pending> waiting = asked.get(id);
      if (waiting != null) {
        waiting.remove(pending);
      }
    }
  }

  /** What waits longest for a schema. Where nothing does, the schema is not asked for any more. */
  private Optional<Pending> first(int id) {
    synchronized (asked) {
      Optional<Pending> first = asked.get(id).stream().findFirst();
      if (first.isEmpty()) {
        asked.remove(id);
      }
      return first;
    }
  }

  private void attempt(int id, int failures) {
    Optional<Pending> first = first(id);
    if (first.isEmpty()) {
      return;
    }
    Decoded result;
    try {
      result = decode(first.get().value);
      registry.ended();
    } catch (RegistryUnavailableException e) {
      registry.began(String.valueOf(e.getMessage()));
      Timer.Task unused =
          timer.after(
              backoff.delay(failures), () -> lookUps.execute(() -> attempt(id, failures + 1)));
      return;
    }
    first.get().decoded.complete(result);
    lookUps.execute(() -> attempt(id, 0));
  }

  /**
   * @throws RegistryUnavailableException if the schema cannot be had just now
   */
  private Decoded decode(byte[] value) {
    try {
      Query query = deserializer.get().deserialize(value);
      known.add(schemaId(value));
      return new Readable(query);
    } catch (UndecodableRecordException e) {
      return new Unreadable(e);
    } catch (RegistryUnavailableException e) {
      throw e;
    } catch (Throwable e) {
      // Bytes that bring down the decoder are the record's fault, whatever it is that they cause.
      return new Unreadable(
          new RejectedRecordException(
              "the value cannot be decoded (%s)".formatted(e.getClass().getSimpleName())));
    }
  }

  private static boolean namesSchema(byte[] value) {
    return value != null && value.length >= HEADER_BYTES && value[0] == 0;
  }

  private static int schemaId(byte[] value) {
    return ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
  }
}
