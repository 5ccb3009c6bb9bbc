package io.hydra.schemas.store;

import io.hydra.schemas.redis.client.RedisFault;
import io.hydra.schemas.store.HistoryStore.Erased;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The parts of a user's state and how each is erased. An erasure goes through all of them, and
 * every {@linkplain UserKeys.Kind kind of key} names its own, so none that is added can be
 * forgotten.
 */
enum UserPart {
  /** Items that occurred up to the moment, in every view that may hold some. */
  HISTORIES {
    @Override
    Rest erase(Target target, AbstractPipeline pipeline) {
      List<HistoryErasure> erasures = new ArrayList<>();
      for (byte[] field : target.fields()) {
        UserKeys.Fields.taskOf(field)
            .ifPresent(
                task ->
                    target
                        .views()
                        .forEach(
                            view ->
                                erasures.add(new HistoryErasure(target, task, view, pipeline))));
      }
      return (redis, tally) -> {
        JedisDataException refused = null;
        for (HistoryErasure erasure : erasures) {
          try {
            erasure.finish(redis, tally);
          } catch (JedisDataException e) {
            // One history that cannot be erased must not keep another one's texts.
            refused = refused == null ? e : refused;
          }
        }
        if (refused != null) {
          throw refused;
        }
      };
    }
  },

  /** All of them: those of items that stay are made again. */
  VECTORS {
    @Override
    Rest erase(Target target, AbstractPipeline pipeline) {
      for (byte[] field : target.fields()) {
        UserKeys.Fields.vectorsOf(field)
            .ifPresent(
                vectors -> {
                  pipeline.del(target.keys().vectors(vectors));
                  pipeline.hdel(target.keys().user(), field);
                });
      }
      return (redis, tally) -> {};
    }
  },

  /** All of them, even if some items stay: they were fitted on those that go. */
  HEADS {
    @Override
    Rest erase(Target target, AbstractPipeline pipeline) {
      for (byte[] field : target.fields()) {
        UserKeys.Fields.headsOf(field)
            .ifPresent(
                heads -> {
                  pipeline.del(target.keys().heads(heads));
                  pipeline.hdel(target.keys().user(), field);
                });
      }
      return (redis, tally) -> {};
    }
  },

  /**
   * All that are recorded by now. What is recorded meanwhile stays, and stays in the index: it was
   * made from what is left.
   */
  RESPONSES {
    @Override
    Rest erase(Target target, AbstractPipeline pipeline) {
      byte[] key = target.keys().responses();
      Response<List<byte[]>> index = pipeline.zrange(key, 0, -1);
      return (redis, tally) -> {
        try {
          byte[][] recorded = index.get().toArray(byte[][]::new);
          if (recorded.length > 0) {
            redis.del(recorded);
            redis.zrem(key, recorded);
          }
        } catch (JedisDataException e) {
          if (RedisFault.of(e) != RedisFault.ONE_KEY) {
            throw e;
          }
          redis.del(key);
        }
      };
    }
  };

  /**
   * The user whose state goes, and the places where it is.
   *
   * @param fields of the user's hash
   * @param views that may hold the user's histories, the current one first
   * @param upTo moment of the erasure in ms
   */
  record Target(UserKeys keys, List<byte[]> fields, List<View> views, long upTo) {}

  /** The remaining work once the pipeline has been synchronized. */
  interface Rest {
    void finish(UnifiedJedis redis, Tally tally);
  }

  /** Counts what an erasure did to histories. */
  static final class Tally {
    private final List<Erased.Left> left = new ArrayList<>();
    private int removed;
    private int kept;

    void add(String task, long version, long removedHere, long keptHere) {
      removed += (int) removedHere;
      kept += (int) keptHere;
      if (keptHere > 0) {
        left.add(new Erased.Left(task, version));
      }
    }

    Erased erased() {
      return new Erased(removed, kept, left);
    }
  }

  /** Puts into {@code pipeline} what takes this part away, as far as it goes without an answer. */
  abstract Rest erase(Target target, AbstractPipeline pipeline);
}
