package io.hydra.schemas.store;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Names of the keys in Redis that are about no single user, and patterns that find the others; a
 * user's own keys are in {@link UserKeys}.
 */
final class Layout {
  /** String: name of the {@link View} in use; absent for {@link View#ORIGINAL}. */
  static final byte[] CURRENT_VIEW = utf8("hydra:view");

  /**
   * String: the owner of the one rebuild that may run; expires with it. In one slot with the
   * pointer, so that one script sees them together: in "hydra:rebuild:{..}" the braces hold the
   * pointer's whole key, which has none of its own.
   */
  static final byte[] REBUILD_LOCK = utf8("hydra:rebuild:{hydra:view}");

  /** String: {@link RebuildState}'s bytes; absent unless a rebuild runs or was killed. */
  static final byte[] REBUILD_STATE = utf8("hydra:rebuild-state:{hydra:view}");

  /** String: the limits that histories in use are kept to, as the stream processor wrote them. */
  static final byte[] HISTORY_LIMITS = utf8("hydra:limits");

  /** Hash: {@link BaseChoices}. */
  static final byte[] BASES = utf8("hydra:bases");

  private static final String HISTORY = UserKeys.Kind.HISTORY.prefix();
  private static final String HISTORY_ORDER = UserKeys.Kind.HISTORY_ORDER.prefix();

  private Layout() {}

  /** Pattern of all history hashes of a view, for {@code SCAN}. */
  static String histories(View view) {
    return HISTORY + suffix(view) + ":{*";
  }

  /** Pattern of all sorted sets of a view, for {@code SCAN}. */
  static String historyOrders(View view) {
    return HISTORY_ORDER + suffix(view) + ":{*";
  }

  /** Pattern of hashes and sorted sets of every view, for {@code SCAN}; see {@link #viewOf}. */
  static String historiesOfAllViews() {
    return HISTORY + "*";
  }

  /** The view of a history's hash or sorted set; empty for any other key. */
  static Optional<View> viewOf(String key) {
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

  /** Pattern of all users' hashes, for {@code SCAN}. */
  static String users() {
    return UserKeys.Kind.USER.prefix() + ":{*";
  }

  static String suffix(View view) {
    return view.name().isEmpty() ? "" : "@" + view.name();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] ascii(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }
}
