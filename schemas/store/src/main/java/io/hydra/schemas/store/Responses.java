package io.hydra.schemas.store;

import io.hydra.schemas.redis.client.RedisScript;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;

/** Records a response and where an erasure finds it, in one step on the server. Thread-safe. */
public final class Responses {
  private static final int KEYS = 3;
  private static final byte[] NEVER = {};

  // Sent each time: small beside the response, and no server has to know it from before.
  private final RedisScript script = RedisScript.load(Responses.class, "record-response.lua");
  private final byte[] ttlMillis;

  /**
   * @param ttl the time for which a response stays recorded
   */
  public Responses(Duration ttl) {
    this.ttlMillis = Layout.ascii(ttl.toMillis());
  }

  /**
   * Records a response unless one is recorded already, or the user was erased since {@code state}
   * was read: what was made from a history that is gone is not kept.
   *
   * @param state the state from which the response was made. One that could not be read counts as
   *     that of a user never erased
   * @return the one that stands: the first, so that two processes that both answered a query during
   *     a rebalance send the same bytes; {@code response} if none does
   */
  public byte[] record(
      AbstractPipeline pipeline, UserKey user, String queryId, byte[] response, UserState state) {
    UserKeys keys = new UserKeys(user);
    Response<Object> reply =
        script.eval(
            pipeline,
            KEYS,
            keys.response(queryId),
            keys.responses(),
            keys.user(),
            response,
            ttlMillis,
            state.erased() == null ? NEVER : state.erased());
    pipeline.sync();
    return reply.get() instanceof byte[] before ? before : response;
  }
}
