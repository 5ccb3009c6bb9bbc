package io.hydra.serving.state;

import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;

/** Records a response and where an erasure finds it, in one step on the server. */
final class ResponseScript {
  private static final String RESOURCE = "record-response.lua";
  private static final int KEYS = 3;
  private static final byte[] NEVER = {};

  // Sent each time: small beside the response, and no server has to know it from before.
  private final byte[] text;
  private final byte[] ttlMillis;

  /**
   * @param ttl how long a response stays recorded
   */
  ResponseScript(Duration ttl) {
    this.ttlMillis = Long.toString(ttl.toMillis()).getBytes(StandardCharsets.US_ASCII);
    try (InputStream in = ResponseScript.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from this jar");
      }
      text = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param erased see {@link UserState#erased}
   * @return bytes of the response that was there before, or a number if there was none
   */
  Response<Object> record(
      AbstractPipeline pipeline, UserKey user, String queryId, byte[] response, byte[] erased) {
    return pipeline.eval(
        text,
        KEYS,
        RedisKeys.response(user, queryId),
        RedisKeys.responses(user),
        RedisKeys.user(user),
        response,
        ttlMillis,
        erased == null ? NEVER : erased);
  }
}
