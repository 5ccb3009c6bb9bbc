package io.hydra.schemas.redis.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Function;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * A Lua script, called by its digest where that is known to the server, else by its text. Immutable
 * and thread-safe.
 *
 * <p>Servers forget scripts: at a restart, a failover, by {@code SCRIPT FLUSH}, and each node of a
 * cluster has its own. A script must therefore bear to be called again with the same arguments.
 */
public final class RedisScript {
  private final byte[] text;
  private final byte[] sha1;

  private RedisScript(byte[] text, byte[] sha1) {
    this.text = text;
    this.sha1 = sha1;
  }

  /**
   * Reads a script from the jar.
   *
   * @param owner in whose package {@code resource} lies
   */
  public static RedisScript load(Class<?> owner, String resource) {
    try (InputStream in = owner.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from this jar");
      }
      byte[] text = in.readAllBytes();
      // The name that Redis gives a script.
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(text);
      String hex = HexFormat.of().formatHex(digest);
      return new RedisScript(text, hex.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  /** Puts a call of the script into a pipeline. */
  @FunctionalInterface
  public interface Caller {
    /**
     * @param keys the number of arguments that are keys; they come first
     */
    Response<Object> call(AbstractPipeline pipeline, int keys, byte[]... keysAndArguments);
  }

  /**
   * Calls the script by its text, in one round trip: for what is rare, or large beside the text.
   */
  public Object eval(UnifiedJedis redis, int keys, byte[]... keysAndArguments) {
    return redis.eval(text, keys, keysAndArguments);
  }

  /** Puts a call by the script's text into {@code pipeline}. */
  public Response<Object> eval(AbstractPipeline pipeline, int keys, byte[]... keysAndArguments) {
    return pipeline.eval(text, keys, keysAndArguments);
  }

  /**
   * Runs a batch of calls by the script's digest; if a server does not know it, the whole batch
   * once more by its text, which loads it wherever it is needed.
   *
   * @param batch fills a pipeline, synchronizes it and reads the replies. It must pass on a {@link
   *     JedisNoScriptException}
   */
  public <T> T pipelined(Function<Caller, T> batch) {
    try {
      return batch.apply((pipeline, keys, params) -> pipeline.evalsha(sha1, keys, params));
    } catch (JedisNoScriptException e) {
      return batch.apply(this::eval);
    }
  }
}
