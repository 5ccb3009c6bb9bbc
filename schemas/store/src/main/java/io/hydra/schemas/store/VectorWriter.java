package io.hydra.schemas.store;

import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.ItemVectors;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisScript;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Keeps vectors beside histories: rule 11 of this package. They are a cache that everybody shares;
 * losing some costs time alone.
 */
public final class VectorWriter {
  private static final byte[] NEVER = {};

  private final RedisScript script = RedisScript.load(VectorWriter.class, "keep-vectors.lua");
  private final UnifiedJedis redis;
  private final byte[] ttlMillis;

  /**
   * @param redis stays open
   * @param ttl after which vectors that are not written again expire; zero for never
   */
  public VectorWriter(UnifiedJedis redis, Duration ttl) {
    this.redis = redis;
    this.ttlMillis = Layout.ascii(ttl.toMillis());
  }

  /**
   * The vectors of one history.
   *
   * @param read what was there when they were made
   * @param vectors of all items
   */
  public record Change(UserKey user, String task, Histories.Known read, ItemVectors vectors) {
    /** Tells whether just these are kept already. */
    public boolean isEmpty() {
      return vectors.missingIn(read.vectors()).isEmpty()
          && vectors.goneFrom(read.vectors()).isEmpty();
    }
  }

  /**
   * Keeps all, in one round trip.
   *
   * @return how many of the changes were kept. The others' users were erased since, or hold a key
   *     that the script cannot read
   * @throws JedisException if Redis is away or refuses
   */
  public int keep(List<Change> changes) {
    return script.pipelined(
        caller ->
            (int)
                RedisClients.ask(
                        redis, changes, (pipeline, change) -> call(pipeline, change, caller))
                    .stream()
                    .filter(reply -> RedisFault.valueOr(reply, 0L).equals(1L))
                    .count());
  }

  private Response<Object> call(
      AbstractPipeline pipeline, Change change, RedisScript.Caller caller) {
    UserKeys user = new UserKeys(change.user());
    byte[] erased = change.read().erased();
    List<String> gone = change.vectors().goneFrom(change.read().vectors());
    List<byte[]> all =
        new ArrayList<>(
            List.of(
                user.vectors(change.task()),
                user.user(),
                erased == null ? NEVER : erased,
                UserKeys.Fields.task(change.task()),
                Layout.utf8(change.vectors().baseVersion()),
                ttlMillis,
                Layout.ascii(gone.size())));
    gone.forEach(event -> all.add(History.field(event)));
    for (Map.Entry<String, byte[]> vector :
        change.vectors().missingIn(change.read().vectors()).entrySet()) {
      all.add(History.field(vector.getKey()));
      all.add(vector.getValue());
    }
    return caller.call(pipeline, 2, all.toArray(byte[][]::new));
  }
}
