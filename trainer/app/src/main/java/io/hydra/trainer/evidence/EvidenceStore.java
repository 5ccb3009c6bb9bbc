package io.hydra.trainer.evidence;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.user.UserKey;
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
 * was erased. Not thread-safe.
 */
public final class EvidenceStore {
  /** No user or query id holds it: both are without control characters. */
  private static final char SEPARATOR = '\n';

  private final KeyValueStore<String, byte[]> store;
  private final EvidenceRules rules;
  private final EvidenceCodec codec = new EvidenceCodec();

  /** Key of the next row that {@link #purge} looks at; null to begin again. */
  private String purgeFrom;

  public EvidenceStore(KeyValueStore<String, byte[]> store, EvidenceRules rules) {
    this.store = store;
    this.rules = rules;
  }

  /**
   * A row as it is stored.
   *
   * @param queryId of the answer
   * @param teaches by the {@link EvidenceRules}
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  record Row(String queryId, Evidence evidence, byte[] bytes, boolean teaches) {}

  /**
   * All that is stored about a user, in one scan.
   *
   * @throws CorruptValueException if a row was written by a later version
   */
  public UserEvidence read(UserKey user) {
    String prefix = user.recordKey() + SEPARATOR;
    List<Row> rows = new ArrayList<>();
    Instant erasedUpTo = Instant.MIN;
    try (KeyValueIterator<String, byte[]> all = store.prefixScan(prefix, new StringSerializer())) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> row = all.next();
        String queryId = row.key.substring(prefix.length());
        if (queryId.isEmpty()) {
          erasedUpTo = EvidenceCodec.decodeMoment(row.value);
        } else {
          rows.add(row(queryId, codec.decode(row.value), row.value));
        }
      }
    }
    return new UserEvidence(this, rules, user, rows, erasedUpTo);
  }

  /**
   * @param evidence removes the row if it is empty
   */
  Row write(UserKey user, String queryId, Evidence evidence) {
    byte[] bytes = evidence.isEmpty() ? null : codec.encode(evidence);
    store.put(user.recordKey() + SEPARATOR + queryId, bytes);
    return row(queryId, evidence, bytes);
  }

  private Row row(String queryId, Evidence evidence, byte[] bytes) {
    return new Row(queryId, evidence, bytes, rules.teaches(evidence));
  }

  void writeErasedUpTo(UserKey user, Instant moment) {
    store.put(user.recordKey() + SEPARATOR, EvidenceCodec.encodeMoment(moment));
  }

  /**
   * Looks at some rows, each time at the next ones, and removes what is outdated: all at once would
   * hold up the users' heads.
   *
   * @param streamTime milliseconds since the epoch
   * @return how many were removed
   */
  public int purge(int atMost, long streamTime) {
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
    outdated.forEach(key -> store.put(key, null));
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
