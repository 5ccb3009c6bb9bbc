package io.hydra.trainer.evidence;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.store.RecentValues;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The evidence of a task's users in its state store: a row for each answer, keyed {@code
 * tenant:user}, a line feed, query id; and, with an empty query id, the moment up to which the user
 * was erased. What was read stays in memory, since nobody else writes to the store. Not
 * thread-safe.
 */
public final class EvidenceStore {
  /** Nothing is outdated sooner than after an hour, and each row has to be decoded. */
  private static final Duration PASS = Duration.ofMinutes(10);

  /** No user or query id holds it: both are without control characters. */
  private static final char SEPARATOR = '\n';

  private final KeyValueStore<String, byte[]> store;
  private final EvidenceRules rules;
  private final EvidenceCodec codec = new EvidenceCodec();

  /** By the user's record key. */
  private final RecentValues<String, UserEvidence> recent;

  /** Key of the next row that {@link #purge} looks at; null to begin again. */
  private String purgeFrom;

  /** In the stream's time; before that {@link #purge} does not begin again. */
  private long nextPass;

  /**
   * @param memoryBytes for evidence that was read
   */
  public EvidenceStore(KeyValueStore<String, byte[]> store, EvidenceRules rules, long memoryBytes) {
    this.store = store;
    this.rules = rules;
    this.recent = new RecentValues<>(memoryBytes, (user, evidence) -> evidence.bytes());
  }

  /** A row as it is stored. */
  static final class Row {
    private final String queryId;
    private final Evidence evidence;
    private final byte[] bytes;
    private final EvidenceRules rules;
    private boolean decided;
    private boolean teaches;

    private Row(String queryId, Evidence evidence, byte[] bytes, EvidenceRules rules) {
      this.queryId = queryId;
      this.evidence = evidence;
      this.bytes = bytes;
      this.rules = rules;
    }

    String queryId() {
      return queryId;
    }

    Evidence evidence() {
      return evidence;
    }

    byte[] bytes() {
      return bytes;
    }

    /** By the {@link EvidenceRules}, asked once and only if needed: it may mean to read texts. */
    boolean teaches() {
      if (!decided) {
        teaches = rules.teaches(evidence);
        decided = true;
      }
      return teaches;
    }
  }

  /**
   * All that is stored about a user.
   *
   * @throws CorruptValueException if a row was written by a later version
   */
  public UserEvidence read(UserKey user) {
    UserEvidence known = recent.get(user.recordKey());
    return known == null ? scan(user, false) : known;
  }

  /**
   * The same for an erasure, from the store itself: rows that a later version wrote are removed,
   * since nobody here can tell what they hold.
   */
  public UserEvidence readForErasure(UserKey user) {
    return scan(user, true);
  }

  private UserEvidence scan(UserKey user, boolean removeUnreadable) {
    String prefix = user.recordKey() + SEPARATOR;
    List<Row> rows = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    Instant erasedUpTo = Instant.MIN;
    try (KeyValueIterator<String, byte[]> all = store.prefixScan(prefix, new StringSerializer())) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> row = all.next();
        String queryId = row.key.substring(prefix.length());
        try {
          if (queryId.isEmpty()) {
            erasedUpTo = EvidenceCodec.decodeMoment(row.value);
          } else {
            rows.add(new Row(queryId, codec.decode(row.value), row.value, rules));
          }
        } catch (CorruptValueException e) {
          if (!removeUnreadable) {
            throw e;
          }
          unreadable.add(row.key);
        }
      }
    }
    unreadable.forEach(key -> store.put(key, null));
    UserEvidence evidence = new UserEvidence(this, rules, user, rows, erasedUpTo);
    remember(user, evidence);
    return evidence;
  }

  /** Again once it has changed: its size counts. */
  void remember(UserKey user, UserEvidence evidence) {
    recent.put(user.recordKey(), evidence);
  }

  /**
   * @param evidence removes the row if it is empty
   */
  Row write(UserKey user, String queryId, Evidence evidence) {
    byte[] bytes = evidence.isEmpty() ? null : codec.encode(evidence);
    store.put(user.recordKey() + SEPARATOR + queryId, bytes);
    return new Row(queryId, evidence, bytes, rules);
  }

  void writeErasedUpTo(UserKey user, Instant moment) {
    store.put(user.recordKey() + SEPARATOR, EvidenceCodec.encodeMoment(moment));
  }

  /**
   * Looks at some rows, each time at the next ones, and removes what is outdated: all at once would
   * hold up the users' heads. Begins again at most once in ten minutes.
   *
   * @param streamTime milliseconds since the epoch
   * @return the number removed
   */
  public int purge(int atMost, long streamTime) {
    if (purgeFrom == null) {
      if (streamTime < nextPass) {
        return 0;
      }
      nextPass = streamTime + PASS.toMillis();
    }
    List<String> outdated = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> next = store.range(purgeFrom, null)) {
      for (int i = 0; i < atMost && next.hasNext(); i++) {
        KeyValue<String, byte[]> row = next.next();
        if (isOutdated(row, streamTime)) {
          outdated.add(row.key);
        }
      }
      purgeFrom = next.hasNext() ? next.peekNextKey() : null;
    }
    for (String key : outdated) {
      store.put(key, null);
      recent.remove(key.substring(0, key.indexOf(SEPARATOR)));
    }
    return outdated.size();
  }

  private boolean isOutdated(KeyValue<String, byte[]> row, long streamTime) {
    if (row.key.charAt(row.key.length() - 1) == SEPARATOR) {
      return false;
    }
    try {
      return rules.isOutdated(codec.decode(row.value), streamTime);
    } catch (CorruptValueException e) {
      // Of a later version, which can read it.
      return false;
    }
  }
}
