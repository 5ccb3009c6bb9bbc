package io.hydra.schemas.store;

import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.redis.client.RedisScript;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Applies heads and their tombstones to the users' keys, each record of {@code hydra.heads} in one
 * step, fenced by its place in the topic, and against a trainer that was held up: rule 7 of this
 * package.
 */
public final class FencedHeads {
  private final RedisScript script = RedisScript.load(FencedHeads.class, "apply-heads.lua");
  private final UnifiedJedis redis;
  private final byte[] ttlMillis;
  private final List<byte[]> named;

  /**
   * @param redis stays open
   * @param ttl after which heads that are not fitted again expire; zero for never
   * @param names {@code TASK:BASE} of heads that a tombstone deletes also if the user's hash does
   *     not name them, as before that was written
   */
  public FencedHeads(UnifiedJedis redis, Duration ttl, Collection<String> names) {
    this.redis = redis;
    this.ttlMillis = Layout.ascii(ttl.toMillis());
    this.named = names.stream().map(Layout::utf8).toList();
  }

  /**
   * One record of {@code hydra.heads}.
   *
   * @param rows empty for a tombstone
   */
  public record Change(UserKey user, int partition, long offset, List<Row> rows) {}

  /**
   * Heads of one task for one base.
   *
   * @param fittedAt milliseconds since the epoch
   * @param erasedUpTo the user's erasure moment as it was when the history was read, in ms; 0 if
   *     there was none, negative if that is not known
   * @param heads {@link io.hydra.schemas.redis.HeadsCodec}'s bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  public record Row(
      String task,
      String baseVersion,
      long fittedAt,
      long historyVersion,
      long erasedUpTo,
      byte[] heads) {
    /** Tells rows apart, also two fits of one millisecond and version, as of two verdicts. */
    private String stamp() {
      String digest = HexFormat.of().toHexDigits(Arrays.hashCode(heads));
      return fittedAt + ":" + historyVersion + ":" + digest;
    }
  }

  /** The outcome of a change. */
  public enum Outcome {
    APPLIED,
    /** A later record was applied before. */
    OLD,
    /** Applied, but the user's hash is of another type, so an erasure will not find the heads. */
    UNNAMED,
    /** A key of the user holds what the script cannot read. */
    REFUSED
  }

  /**
   * Applies all changes, in their order and one round trip. May be called again with the same ones
   * after a failure.
   *
   * @param topicId of {@code hydra.heads}: one that was made again counts from the start
   * @return one outcome for each
   * @throws JedisException if Redis is away or refuses
   */
  public List<Outcome> apply(String topicId, List<Change> changes) {
    return script.pipelined(
        caller ->
            RedisClients.ask(
                    redis, changes, (pipeline, change) -> call(pipeline, topicId, change, caller))
                .stream()
                .map(FencedHeads::outcome)
                .toList());
  }

  private static Outcome outcome(Response<Object> reply) {
    try {
      return switch (((Long) reply.get()).intValue()) {
        case 0 -> Outcome.OLD;
        case -1 -> Outcome.UNNAMED;
        default -> Outcome.APPLIED;
      };
    } catch (JedisException e) {
      if (RedisFault.of(e) == RedisFault.AWAY) {
        throw e;
      }
      return Outcome.REFUSED;
    }
  }

  private Response<Object> call(
      AbstractPipeline pipeline, String topicId, Change change, RedisScript.Caller caller) {
    UserKeys user = new UserKeys(change.user());
    List<byte[]> all = new ArrayList<>(List.of(user.user()));
    change.rows().forEach(row -> all.add(user.heads(row.task(), row.baseVersion())));
    int keys = all.size();
    all.add(Layout.utf8(topicId + ":" + change.partition()));
    all.add(Layout.ascii(change.offset()));
    all.add(ttlMillis);
    all.add(user.heads(""));
    all.add(user.vectors(""));
    for (Row row : change.rows()) {
      all.add(Layout.utf8(row.task()));
      all.add(Layout.utf8(row.baseVersion()));
      all.add(Layout.utf8(row.stamp()));
      all.add(Layout.ascii(row.erasedUpTo()));
      all.add(row.heads());
    }
    if (change.rows().isEmpty()) {
      all.addAll(named);
    }
    return caller.call(pipeline, keys, all.toArray(byte[][]::new));
  }
}
