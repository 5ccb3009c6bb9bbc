package io.hydra.serving.state;

import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.client.RedisScript;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;

/** Records a response and where an erasure finds it, in one step on the server. */
final class ResponseScript {
  private static final int KEYS = 3;
  private static final byte[] NEVER = {};

  // Sent each time: small beside the response, and no server has to know it from before.
  private final RedisScript script = RedisScript.load(ResponseScript.class, "record-response.lua");
  private final byte[] ttlMillis;

  /**
   * @param ttl how long a response stays recorded
   */
  ResponseScript(Duration ttl) {
    this.ttlMillis = Long.toString(ttl.toMillis()).getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * @param erased see {@link UserState#erased}
   * @return bytes of the response that was there before, or a number if there was none
   */
  Response<Object> record(
      AbstractPipeline pipeline, UserKey user, String queryId, byte[] response, byte[] erased) {
    return script.eval(
        pipeline,
        KEYS,
        RedisKeys.response(user, queryId),
        RedisKeys.responses(user),
        RedisKeys.user(user),
        response,
        ttlMillis,
        erased == null ? NEVER : erased);
  }
}
