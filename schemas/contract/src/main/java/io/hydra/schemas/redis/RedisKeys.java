package io.hydra.schemas.redis;

import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Layout of Redis. Every key about a user carries the hash tag {@code {tenant:user}}, so one user's
 * keys share a slot of a Redis Cluster. Task ids, base versions and tenants hold neither ':' nor
 * braces, so no two users or tasks can meet in one key.
 */
public final class RedisKeys {
  private static final int HASH_BYTES = 16;
  private static final byte[] CURRENT_VIEW = utf8("hydra:view");

  // One slot with the pointer, so that one script sees them together. In "hydra:rebuild:{..}" the
  // braces hold the pointer's whole key, which has none of its own.
  private static final byte[] REBUILD_LOCK = utf8("hydra:rebuild:{hydra:view}");
  private static final byte[] REBUILD_STATE = utf8("hydra:rebuild-state:{hydra:view}");
  private static final byte[] HISTORY_LIMITS = utf8("hydra:limits");
  private static final String HISTORY = "hydra:history";
  private static final String HISTORY_ORDER = "hydra:history-order";

  private RedisKeys() {}

  /** String: name of the {@link View} in use; absent for {@link View#ORIGINAL}. */
  public static byte[] currentView() {
    return CURRENT_VIEW.clone();
  }

  /** String: the owner of the one rebuild that may run; expires with it. */
  public static byte[] rebuildLock() {
    return REBUILD_LOCK.clone();
  }

  /** String: {@link RebuildState}'s bytes; absent unless a rebuild runs or was killed. */
  public static byte[] rebuildState() {
    return REBUILD_STATE.clone();
  }

  /** String: the limits that histories in use are kept to, as the stream processor wrote them. */
  public static byte[] historyLimits() {
    return HISTORY_LIMITS.clone();
  }

  /** Hash: the history's items and its version, see {@link History}. */
  public static byte[] history(View view, UserKey user, String task) {
    return key("history" + suffix(view), user, task);
  }

  /** Sorted set: the history's event ids by (occurred_at, event_id), for trimming alone. */
  public static byte[] historyOrder(View view, UserKey user, String task) {
    return key("history-order" + suffix(view), user, task);
  }

  /**
   * Pattern of all history hashes of a view, for {@code SCAN}; {@link #historyOrder} has the same
   * users and tasks.
   */
  public static byte[] histories(View view) {
    return utf8(HISTORY + suffix(view) + ":{*");
  }

  /** Pattern of all sorted sets of a view, for {@code SCAN}. */
  public static byte[] historyOrders(View view) {
    return utf8(HISTORY_ORDER + suffix(view) + ":{*");
  }

  /** Pattern of hashes and sorted sets of every view, for {@code SCAN}; see {@link #viewOf}. */
  public static byte[] historiesOfAllViews() {
    return utf8(HISTORY + "*");
  }

  /** Pattern of hashes and sorted sets of one user in every view, for {@code SCAN}. */
  public static byte[] historiesOfAllViews(UserKey user) {
    String literally = user.asRecordKey().replaceAll("[\\\\*?\\[\\]^]", "\\\\$0");
    return utf8(HISTORY + "*:{" + literally + "}:*");
  }

  /** The view of a history's hash or sorted set; empty for any other key. */
  public static Optional<View> viewOf(String key) {
    String kind = key.startsWith(HISTORY_ORDER) ? HISTORY_ORDER : HISTORY;
    int end = key.indexOf(":{");
    if (!key.startsWith(kind) || end < kind.length()) {
      return Optional.empty();
    }
    String suffix = key.substring(kind.length(), end);
    try {
      return suffix.isEmpty()
          ? Optional.of(View.ORIGINAL)
          : suffix.charAt(0) == '@' ? Optional.of(new View(suffix.substring(1))) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Hash: what is known of a user in every view, see {@link UserFields}. It never expires: the
   * moment of an erasure must outlive everything else.
   */
  public static byte[] user(UserKey user) {
    return utf8("hydra:user:{" + user.asRecordKey() + "}");
  }

  /** Sorted set: the keys of the user's recorded responses by the time they expire, in ms. */
  public static byte[] responses(UserKey user) {
    return utf8("hydra:responses:{" + user.asRecordKey() + "}");
  }

  /** String: {@link HeadsCodec}'s bytes for one base version. */
  public static byte[] heads(UserKey user, String task, String baseVersion) {
    return key("heads", user, task + ":" + baseVersion);
  }

  /** What the names of all of a user's heads begin with; task, colon and base version follow. */
  public static byte[] headsPrefix(UserKey user) {
    return key("heads", user, "");
  }

  /**
   * String: the recorded response to a query, Avro in Confluent's wire format. A query id is free
   * text, so the key holds a hash of it.
   */
  public static byte[] response(UserKey user, String queryId) {
    return key("response", user, sha256(queryId));
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String suffix(View view) {
    return view.name().isEmpty() ? "" : "@" + view.name();
  }

  private static byte[] key(String kind, UserKey user, String rest) {
    return utf8("hydra:" + kind + ":{" + user.asRecordKey() + "}:" + rest);
  }

  private static byte[] utf8(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }
}
