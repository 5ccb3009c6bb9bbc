package io.hydra.stream.history;

import io.hydra.schemas.redis.RedisKeys;
import io.hydra.schemas.redis.View;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;

/**
 * The view that writes go to. It is asked for again <em>after</em> every batch, on a single server
 * as the batch's last command and so without a round trip of its own: a batch that went to a view
 * which was given up meanwhile is then written once more, to its successor. So what a rebuild reads
 * up to the end of the topic, taken after it moved the pointer, holds every event that was written
 * to the old view alone.
 */
final class CurrentView {
  private final UnifiedJedis redis;
  private final boolean fixed;
  private final boolean cluster;
  private View view;

  private CurrentView(UnifiedJedis redis, View view) {
    this.redis = redis;
    this.view = view;
    this.fixed = view != null;
    // The nodes of a cluster answer independently of each other: "last" means nothing there.
    this.cluster = redis instanceof RedisClusterClient;
  }

  /** Whichever is current. */
  static CurrentView following(UnifiedJedis redis) {
    return new CurrentView(redis, null);
  }

  /** This one, current or not. */
  static CurrentView fixed(UnifiedJedis redis, View view) {
    return new CurrentView(redis, view);
  }

  View get() {
    if (view == null) {
      view = View.of(redis.get(RedisKeys.currentView()));
    }
    return view;
  }

  /** The question, as the last command of a batch; null where it cannot be part of one. */
  Response<byte[]> ask(AbstractPipeline pipeline) {
    return fixed || cluster ? null : pipeline.get(RedisKeys.currentView());
  }

  /**
   * Whether {@link #get} was still current when the batch had been written; if not, it is now.
   *
   * @param answer to {@link #ask}
   */
  boolean held(Response<byte[]> answer) {
    if (fixed) {
      return true;
    }
    byte[] pointer = answer == null ? redis.get(RedisKeys.currentView()) : answer.get();
    View now = View.of(pointer);
    boolean same = now.equals(view);
    view = now;
    return same;
  }
}
