package io.hydra.ingest.gateway.http;

import java.util.HashMap;
import java.util.Map;

/** Room that all keys have together, and no key more of than its share. Thread-safe. */
public final class Shares {
  private static final int KEYS_TO_FILL = 4;
  private static final int RETRY_SECONDS = 1;

  private final String what;
  private final long most;
  private final long mostOfKey;
  private final Map<String, Long> ofKeys = new HashMap<>();
  private long taken;

  /**
   * @param what there is room for, in the plural
   * @param most of all keys together
   * @param least that a key may have, though it be more than a quarter
   */
  public Shares(String what, long most, long least) {
    this.what = what;
    this.most = most;
    this.mostOfKey = Math.max(least, most / KEYS_TO_FILL);
  }

  /**
   * Takes room.
   *
   * @throws Refusal if there is none, or the key has its share
   */
  public synchronized void take(String keyId, long amount) {
    if (taken + amount > most) {
      throw Refusal.unavailable(
          "there is room for %d %s at a time: send it again".formatted(most, what));
    }
    long ofKey = ofKeys.getOrDefault(keyId, 0L) + amount;
    if (ofKey > mostOfKey) {
      throw Refusal.of(
              ProblemType.TOO_MANY_REQUESTS,
              "there is room for %d %s of one key at a time: send it again"
                  .formatted(mostOfKey, what))
          .retryAfter(RETRY_SECONDS);
    }
    taken += amount;
    ofKeys.put(keyId, ofKey);
  }

  public synchronized void giveBack(String keyId, long amount) {
    taken -= amount;
    ofKeys.computeIfPresent(keyId, (id, ofKey) -> ofKey == amount ? null : (Long) (ofKey - amount));
  }

  public synchronized long taken() {
    return taken;
  }
}
