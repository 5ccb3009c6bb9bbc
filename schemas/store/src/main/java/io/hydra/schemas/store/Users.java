package io.hydra.schemas.store;

import static io.hydra.schemas.redis.client.RedisFault.valueOr;

import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.user.UserKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import redis.clients.jedis.Response;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.UnifiedJedis;

/** All users, by their hashes, found by {@code SCAN} on every primary. */
public final class Users {
  private static final int SCAN_COUNT = 500;
  private static final String HASH = "hash";

  private final UnifiedJedis redis;

  /**
   * @param redis stays open
   */
  public Users(UnifiedJedis redis) {
    this.redis = redis;
  }

  /**
   * The histories and heads that a user has.
   *
   * @param tasks of which there is a history, or heads: not those that an erasure or age took
   * @param heads {@code TASK:BASE} of the heads that there are
   */
  public record Known(UserKey user, Set<String> tasks, Set<String> heads) {
    /** The tasks without heads for a base. */
    public List<String> without(String baseVersion) {
      return tasks.stream().filter(task -> !heads.contains(task + ":" + baseVersion)).toList();
    }
  }

  /** Told of some users. */
  public interface Visitor {
    void visit(List<Known> users) throws InterruptedException;
  }

  /** Visits each user that stays while this runs, some of them perhaps twice. */
  public void forEach(Visitor visitor) throws InterruptedException {
    ScanIteration scan = redis.scanIteration(SCAN_COUNT, Layout.users(), HASH);
    while (!scan.isIterationCompleted()) {
      visitor.visit(
          read(scan.nextBatch().getResult().stream().flatMap(key -> user(key).stream()).toList()));
    }
  }

  /** Tells whether somebody has heads of a base; looks at no more users than it takes to say so. */
  public boolean anyHeadsOf(String baseVersion) {
    ScanIteration scan = redis.scanIteration(SCAN_COUNT, Layout.users(), HASH);
    while (!scan.isIterationCompleted()) {
      List<UserKey> users =
          scan.nextBatch().getResult().stream().flatMap(key -> user(key).stream()).toList();
      if (named(users).stream()
          .flatMap(known -> known.heads().stream())
          .anyMatch(name -> name.endsWith(":" + baseVersion))) {
        return true;
      }
    }
    return false;
  }

  /** Reads what these users have now. */
  public List<Known> read(List<UserKey> users) {
    List<Known> all = named(users);
    View view = Views.current(redis);
    // A user's hash outlives what it names.
    List<Named> names =
        all.stream()
            .flatMap(
                user -> {
                  UserKeys keys = new UserKeys(user.user());
                  return Stream.concat(
                      user.tasks().stream()
                          .map(task -> new Named(user.tasks(), task, keys.history(view, task))),
                      user.heads().stream()
                          .map(name -> new Named(user.heads(), name, keys.heads(name))));
                })
            .toList();
    List<Response<Boolean>> found =
        RedisClients.ask(redis, names, (pipeline, name) -> pipeline.exists(name.key()));
    for (int i = 0; i < names.size(); i++) {
      if (!found.get(i).get()) {
        names.get(i).among().remove(names.get(i).name());
      }
    }
    all.forEach(user -> user.heads().forEach(name -> user.tasks().add(taskOf(name))));
    return all;
  }

  /** The moments up to which these users were forgotten, without those who never were. */
  public Map<UserKey, Instant> erasures(List<UserKey> users) {
    Map<UserKey, Instant> erasures = new HashMap<>();
    for (int from = 0; from < users.size(); from += SCAN_COUNT) {
      List<UserKey> some = users.subList(from, Math.min(from + SCAN_COUNT, users.size()));
      List<Response<byte[]>> replies =
          RedisClients.ask(
              redis,
              some,
              (pipeline, user) -> pipeline.hget(new UserKeys(user).user(), UserKeys.Fields.ERASED));
      for (int i = 0; i < some.size(); i++) {
        // What cannot be read is for whoever forgets or writes the user to say.
        long upTo = UserKeys.Fields.erasedUpTo(valueOr(replies.get(i), null)).orElse(0);
        if (upTo > 0) {
          erasures.put(some.get(i), Instant.ofEpochMilli(upTo));
        }
      }
    }
    return erasures;
  }

  /** A history or heads among those that a user's hash names. */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  private record Named(Set<String> among, String name, byte[] key) {}

  private static String taskOf(String heads) {
    return heads.substring(0, heads.indexOf(':'));
  }

  /** Reads what the users' hashes name, whether it is still there or not. */
  private List<Known> named(List<UserKey> users) {
    List<Response<Set<byte[]>>> replies =
        RedisClients.ask(
            redis, users, (pipeline, user) -> pipeline.hkeys(new UserKeys(user).user()));
    List<Known> known = new ArrayList<>();
    for (int i = 0; i < users.size(); i++) {
      known.add(known(users.get(i), valueOr(replies.get(i), Set.of())));
    }
    return known;
  }

  private static Known known(UserKey user, Set<byte[]> fields) {
    Set<String> tasks = new TreeSet<>();
    Set<String> heads = new TreeSet<>();
    for (byte[] field : fields) {
      UserKeys.Fields.taskOf(field).ifPresent(tasks::add);
      UserKeys.Fields.headsOf(field)
          .ifPresent(
              name -> {
                heads.add(name);
                tasks.add(taskOf(name));
              });
    }
    return new Known(user, tasks, heads);
  }

  /** Empty if no program of this project wrote such a key. */
  private static Optional<UserKey> user(String key) {
    try {
      return Optional.of(
          UserKey.parse(key.substring(Layout.users().length() - 1, key.length() - 1)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
