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
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Keeps vectors beside histories: rule 11 of this package. They are a cache that everybody shares;
 * losing some costs time alone.
 */
public final class VectorWriter {
  private static final int KEYS = 2;
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
   * One base's vectors of one history.
   *
   * @param erased the user's, as it was when the history was read
   * @param known the vectors kept at that time
   * @param vectors of all items
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  public record Change(
      UserKey user, String task, byte[] erased, ItemVectors known, ItemVectors vectors) {
    /** Tells whether just these are kept already. */
    public boolean isEmpty() {
      return vectors.missingIn(known).isEmpty() && vectors.goneFrom(known).isEmpty();
    }
  }

  /**
   * Keeps all, in one round trip.
   *
   * @return the number of changes that were kept. The others' users were erased since, or hold a
   *     key that the script cannot read
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
    String base = change.vectors().baseVersion();
    List<String> gone = change.vectors().goneFrom(change.known());
    List<byte[]> all =
        new ArrayList<>(
            List.of(
                user.vectors(change.task(), base),
                user.user(),
                change.erased() == null ? NEVER : change.erased(),
                Layout.utf8(change.task() + ":" + base),
                ttlMillis,
                Layout.ascii(gone.size())));
    gone.forEach(event -> all.add(History.field(event)));
    change
        .vectors()
        .missingIn(change.known())
        .forEach(
            (event, vector) -> {
              all.add(History.field(event));
              all.add(vector);
            });
    return caller.call(pipeline, KEYS, all.toArray(byte[][]::new));
  }
}
