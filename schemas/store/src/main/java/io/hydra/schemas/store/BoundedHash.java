package io.hydra.schemas.store;

import io.hydra.schemas.redis.client.RedisScript;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;

/**
 * Reads hashes that are small enough: of a larger one Redis sends nothing but its size. To have 200
 * fields go through a script costs Redis some 200 µs; of one that is known already it sends
 * nothing.
 */
final class BoundedHash {
  private static final RedisScript SCRIPT = RedisScript.load(BoundedHash.class, "read-hash.lua");

  private BoundedHash() {}

  /**
   * Asks for a hash, to be given to {@link #read} once the pipeline has been synchronized.
   *
   * @param maxBytes of all fields and values together, with a pack's content in its place
   * @param known fields, each before its value, without which nothing of the hash changes: if they
   *     are still these, the reply is null
   */
  static Response<Object> ask(
      AbstractPipeline pipeline, byte[] key, long maxBytes, byte[]... known) {
    byte[][] arguments = new byte[2 + known.length][];
    arguments[0] = key;
    arguments[1] = Layout.ascii(maxBytes);
    System.arraycopy(known, 0, arguments, 2, known.length);
    return SCRIPT.eval(pipeline, 1, arguments);
  }

  /** The hash of a reply; empty if it is too large. */
  static Optional<Map<byte[], byte[]>> read(Object reply) {
    if (!(reply instanceof List<?> fields)) {
      return Optional.empty();
    }
    Map<byte[], byte[]> hash = new IdentityHashMap<>();
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      hash.put((byte[]) fields.get(i), (byte[]) fields.get(i + 1));
    }
    return Optional.of(hash);
  }

  /** The bytes of the hash that a reply holds, with a pack's content in its place. */
  static long bytes(Object reply) {
    if (!(reply instanceof List<?> fields)) {
      return 0;
    }
    long bytes = 0;
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      byte[] field = (byte[]) fields.get(i);
      byte[] value = (byte[]) fields.get(i + 1);
      bytes += field.length + value.length;
      if (Arrays.equals(field, HistoryPack.FIELD)) {
        bytes += HistoryPack.inflatedBytes(value) - value.length;
      }
    }
    return bytes;
  }
}
