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

  /** The first record of each schema that is being asked for; others of it wait for that one. */
  private final Map<Integer, CompletableFuture<Decoded>> asked = new ConcurrentHashMap<>();

  /**
   * @param deserializer makes one for each thread
   * @param lookUps may block on the registry, for nobody else's cost: best a thread of its own
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

  /** Decodes once the registry has answered; never completes exceptionally. */
  CompletableFuture<Decoded> decodeLater(byte[] value) {
    CompletableFuture<Decoded> decoded = new CompletableFuture<>();
    int id = schemaId(value);
    CompletableFuture<Decoded> first = asked.putIfAbsent(id, decoded);
    if (first == null) {
      lookUps.execute(() -> attempt(value, 0, decoded));
      CompletableFuture<Void> unused = decoded.thenRun(() -> asked.remove(id, decoded));
    } else {
      CompletableFuture<Void> unused =
          first.thenRunAsync(() -> attempt(value, 0, decoded), lookUps);
    }
    return decoded;
  }

  private void attempt(byte[] value, int failures, CompletableFuture<Decoded> decoded) {
    Decoded result;
    try {
      result = decode(value);
      registry.ended();
    } catch (RegistryUnavailableException e) {
      registry.began(String.valueOf(e.getMessage()));
      Timer.Task unused =
          timer.after(
              backoff.delay(failures),
              () -> lookUps.execute(() -> attempt(value, failures + 1, decoded)));
      return;
    }
    decoded.complete(result);
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
