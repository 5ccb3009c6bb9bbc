package io.hydra.schemas.store;

import io.hydra.schemas.user.UserKey;
import java.util.Optional;

/** The layout of Redis, for tests that look at keys or damage them; nothing else needs to know. */
public final class StoreLayout {
  private StoreLayout() {}

  public static byte[] currentView() {
    return Layout.CURRENT_VIEW;
  }

  public static byte[] rebuildLock() {
    return Layout.REBUILD_LOCK;
  }

  public static byte[] rebuildState() {
    return Layout.REBUILD_STATE;
  }

  public static byte[] historyLimits() {
    return Layout.HISTORY_LIMITS;
  }

  public static byte[] history(View view, UserKey user, String task) {
    return new UserKeys(user).history(view, task);
  }

  public static byte[] historyOrder(View view, UserKey user, String task) {
    return new UserKeys(user).historyOrder(view, task);
  }

  /** Pattern of all history hashes of a view. */
  public static byte[] histories(View view) {
    return Layout.utf8(Layout.histories(view));
  }

  /** The view of a history's key; empty for any other key. */
  public static Optional<View> viewOf(String key) {
    return Layout.viewOf(key);
  }

  public static byte[] user(UserKey user) {
    return new UserKeys(user).user();
  }

  public static byte[] heads(UserKey user, String task, String baseVersion) {
    return new UserKeys(user).heads(task, baseVersion);
  }

  public static byte[] headsPrefix(UserKey user) {
    return new UserKeys(user).heads("");
  }

  public static byte[] response(UserKey user, String queryId) {
    return new UserKeys(user).response(queryId);
  }

  public static byte[] responses(UserKey user) {
    return new UserKeys(user).responses();
  }

  /** Fields of the user's hash. */
  public static final class Fields {
    public static final String ERASED = "erased";
    public static final String HEADS_AT = "heads-at";

    private Fields() {}

    public static byte[] erased() {
      return UserKeys.Fields.ERASED;
    }

    public static byte[] task(String task) {
      return UserKeys.Fields.task(task);
    }

    public static byte[] heads(String task, String baseVersion) {
      return Layout.utf8("h:" + task + ":" + baseVersion);
    }
  }
}
