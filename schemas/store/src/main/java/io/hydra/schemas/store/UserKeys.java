package io.hydra.schemas.store;

import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Names of one user's keys. Each carries the hash tag {@code {tenant:user}}, so all of them share a
 * slot of a Redis Cluster. Task ids, base versions and tenants hold neither ':' nor braces, so no
 * two users or tasks can meet in one key.
 */
final class UserKeys {
  private static final int HASH_BYTES = 16;

  private final String tag;

  UserKeys(UserKey user) {
    this.tag = ":{" + user.recordKey() + "}";
  }

  /** Kinds of keys. Each belongs to a {@link UserPart}, which an erasure takes away. */
  enum Kind {
    /**
     * Hash: the history's items and its version, see {@link io.hydra.schemas.redis.History}, and
     * what its writer needs of it, see {@link KnownHistory}.
     */
    HISTORY("history", UserPart.HISTORIES),
    /** Sorted set of event ids, which an earlier version kept; removed by the next write. */
    HISTORY_ORDER("history-order", UserPart.HISTORIES),
    /** Hash: a base's vectors of a history's items, {@link io.hydra.schemas.redis.ItemVectors}. */
    VECTORS("vectors", UserPart.VECTORS),
    /** String: {@link io.hydra.schemas.redis.HeadsCodec}'s bytes for one base version. */
    HEADS("heads", UserPart.HEADS),
    /**
     * String: the recorded response to a query, Avro in Confluent's wire format. A query id is free
     * text, so the key holds a hash of it.
     */
    RESPONSE("response", UserPart.RESPONSES),
    /** Sorted set: the keys of the user's recorded responses by the time they expire, in ms. */
    RESPONSES("responses", UserPart.RESPONSES),
    /**
     * Hash: what is known of a user in every view, see {@link Fields}. It is of no part and never
     * expires: the moment of an erasure must outlive everything else.
     */
    USER("user", null);

    private final String prefix;
    private final UserPart part;

    Kind(String name, UserPart part) {
      this.prefix = "hydra:" + name;
      this.part = part;
    }

    String prefix() {
      return prefix;
    }

    /** Null for what an erasure leaves. */
    UserPart part() {
      return part;
    }
  }

  byte[] history(View view, String task) {
    return key(Kind.HISTORY, Layout.suffix(view), ":" + task);
  }

  byte[] historyOrder(View view, String task) {
    return key(Kind.HISTORY_ORDER, Layout.suffix(view), ":" + task);
  }

  /** One for every view: each vector says which text it is of. */
  byte[] vectors(String task, String baseVersion) {
    return vectors(task + ":" + baseVersion);
  }

  /** By {@code TASK:BASE}; with nothing, the prefix of the names of all of a user's vectors. */
  byte[] vectors(String taskAndBase) {
    return key(Kind.VECTORS, "", ":" + taskAndBase);
  }

  byte[] heads(String task, String baseVersion) {
    return heads(task + ":" + baseVersion);
  }

  /** By {@code TASK:BASE}; with nothing, the prefix of the names of all of a user's heads. */
  byte[] heads(String taskAndBase) {
    return key(Kind.HEADS, "", ":" + taskAndBase);
  }

  byte[] response(String queryId) {
    return key(Kind.RESPONSE, "", ":" + sha256(queryId));
  }

  byte[] responses() {
    return key(Kind.RESPONSES, "", "");
  }

  byte[] user() {
    return key(Kind.USER, "", "");
  }

  /** Pattern of hashes and sorted sets of this user's histories in every view. */
  String historiesOfAllViews() {
    return Layout.historiesOfAllViews() + tag.replaceAll("[\\\\*?\\[\\]^]", "\\\\$0") + ":*";
  }

  /**
   * Fields of the hash {@link UserKeys#user}: the last erasure, and where the user's other keys
   * are, so that an erasure finds them all without a scan.
   *
   * <ul>
   *   <li>{@code erased}: occurred_at of the last erasure in ms; events at or before it stay out
   *   <li>{@code t:TASK}: there is, or was, a history of this task
   *   <li>{@code v:TASK:BASE}: there are vectors of this task's items for this base version
   *   <li>{@code h:TASK:BASE}: there are heads of this task for this base version; holds, with
   *       colons between, when they were fitted in ms, the history's version, a hash of the heads
   *       and the erasure moment that was read with the history (-1: not known). Earlier versions
   *       wrote the first two or three
   *   <li>{@code heads-at}: topic id, partition and offset of the last record of {@code
   *       hydra.heads} that was applied. It outlives an erasure, so that nothing from before can
   *       follow it
   *   <li>{@code released}: what private exports have cost, {@link PrivacyLedger}. It outlives an
   *       erasure, too
   * </ul>
   */
  static final class Fields {
    static final byte[] ERASED = Layout.utf8("erased");
    static final byte[] RELEASED = Layout.utf8("released");
    private static final String TASK = "t:";
    private static final String HEADS = "h:";
    private static final String VECTORS = "v:";

    private Fields() {}

    static byte[] task(String task) {
      return Layout.utf8(TASK + task);
    }

    /** The task of a {@code t:} field; empty for any other field. */
    static Optional<String> taskOf(byte[] field) {
      return after(TASK, field);
    }

    static byte[] heads(String task, String baseVersion) {
      return Layout.utf8(HEADS + task + ":" + baseVersion);
    }

    /** {@code TASK:BASE} of an {@code h:} field; empty for any other field. */
    static Optional<String> headsOf(byte[] field) {
      return after(HEADS, field);
    }

    /** {@code TASK:BASE} of a {@code v:} field; empty for any other field. */
    static Optional<String> vectorsOf(byte[] field) {
      return after(VECTORS, field);
    }

    private static Optional<String> after(String prefix, byte[] field) {
      String name = new String(field, StandardCharsets.UTF_8);
      return name.startsWith(prefix)
          ? Optional.of(name.substring(prefix.length()))
          : Optional.empty();
    }

    /**
     * The moment in an {@code erased} field, in ms.
     *
     * @param value null if there is none
     * @return 0 for a user never erased; empty if the value is not a number
     */
    static OptionalLong erasedUpTo(byte[] value) {
      try {
        return OptionalLong.of(
            value == null ? 0 : Long.parseLong(new String(value, StandardCharsets.US_ASCII)));
      } catch (NumberFormatException e) {
        return OptionalLong.empty();
      }
    }

    /**
     * The same for who can do nothing without it.
     *
     * @throws CorruptValueException if the value is not a number
     */
    static long requireErasedUpTo(byte[] value) {
      return erasedUpTo(value)
          .orElseThrow(
              () -> new CorruptValueException("the moment of a user's erasure is not a number"));
    }
  }

  private byte[] key(Kind kind, String suffix, String rest) {
    return Layout.utf8(kind.prefix + suffix + tag + rest);
  }

  private static String sha256(String text) {
    return HexFormat.of().formatHex(Sha256.of(text), 0, HASH_BYTES);
  }
}
