package io.hydra.trainer.head;

import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.store.FencedHeads;
import io.hydra.schemas.store.FencedHeads.Change;
import io.hydra.schemas.store.FencedHeads.Row;
import io.hydra.schemas.user.UserKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies records of {@code hydra.heads} to the users' keys in Redis, each record in one step.
 *
 * <ol>
 *   <li>Every erasure has its tombstone, in the partition of the heads that were fitted before it.
 *       Those behind it, of a trainer that was held up, stay out: they say that their fit did not
 *       know the erasure. So no head comes back after its tombstone. Nor does a tombstone that is
 *       behind take heads that were fitted after the erasure, see {@link FencedHeads}.
 *   <li>A topic that was deleted and made again counts from the start, and has another id. It is
 *       asked for again at each assignment, and when a record was found to be an old one.
 *   <li>What is about one record or one user is logged once per kind, and skipped.
 * </ol>
 */
public final class RedisHeads {
  private static final Logger log = LoggerFactory.getLogger(RedisHeads.class);

  /** A row per task; far more than a script could name at once would never be written. */
  private static final int MAX_ROWS = 1_000;

  private static final int MAX_KINDS = 100;

  private final FencedHeads heads;
  private final RegistryDeserializer<UserHeads> deserializer;
  private final Supplier<Uuid> askForTopicId;
  private final Set<String> logged = new HashSet<>();
  private final LongAdder written = new LongAdder();
  private final LongAdder fenced = new LongAdder();
  private Uuid topicId;

  /**
   * @param topicId asks the broker for the id of {@code hydra.heads}
   */
  public RedisHeads(
      FencedHeads heads, RegistryDeserializer<UserHeads> deserializer, Supplier<Uuid> topicId) {
    this.heads = heads;
    this.deserializer = deserializer;
    this.askForTopicId = topicId;
  }

  /** Records that were applied. From any thread. */
  long written() {
    return written.sum();
  }

  /** Records that changed nothing, since a newer one had been applied. From any thread. */
  long fenced() {
    return fenced.sum();
  }

  /** Partitions were assigned: the topic may have been deleted and made again meanwhile. */
  void forgetTopicId() {
    topicId = null;
  }

  /**
   * Applies all records, in their order. Throws what Redis, the registry or the broker refuses; may
   * then be called again with the same ones.
   */
  void apply(List<ConsumerRecord<byte[], byte[]>> records) {
    if (topicId == null) {
      topicId = askForTopicId.get();
    }
    List<ConsumerRecord<byte[], byte[]>> sound = new ArrayList<>(records.size());
    List<Change> changes = new ArrayList<>(records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        changes.add(decode(record));
        sound.add(record);
      } catch (RejectedRecordException e) {
        // Only the trainer writes here; a head that is skipped is fitted again at the next event.
        note(record, e.getMessage());
      }
    }
    List<FencedHeads.Outcome> outcomes = heads.apply(topicId.toString(), changes);
    if (outcomes.contains(FencedHeads.Outcome.OLD)) {
      Uuid now = askForTopicId.get();
      if (!now.equals(topicId)) {
        topicId = now;
        outcomes = heads.apply(topicId.toString(), changes);
      }
    }
    count(sound, outcomes);
  }

  private void count(
      List<ConsumerRecord<byte[], byte[]>> records, List<FencedHeads.Outcome> outcomes) {
    for (int i = 0; i < outcomes.size(); i++) {
      switch (outcomes.get(i)) {
        case APPLIED -> written.increment();
        case OLD -> fenced.increment();
        case UNNAMED -> {
          written.increment();
          note(
              records.get(i),
              "the user's hash is of another type: delete it, or an erasure will not find all"
                  + " heads");
        }
        case REFUSED ->
            note(records.get(i), "a key of the user holds what the script cannot read: delete it");
      }
    }
  }

  private Change decode(ConsumerRecord<byte[], byte[]> record) throws RejectedRecordException {
    if (record.value() == null) {
      UserKey user = Records.guard(() -> Records.user(record.key()));
      return new Change(user, record.partition(), record.offset(), List.of());
    }
    UserHeads value = Records.guard(() -> deserializer.deserialize(record.value()));
    UserKey user =
        Records.guard(() -> Records.user(record.key(), value.getTenant(), value.getUserId()));
    if (value.getTasks().size() > MAX_ROWS) {
      throw new RejectedRecordException("the record has more than " + MAX_ROWS + " rows");
    }
    return new Change(
        user,
        record.partition(),
        record.offset(),
        value.getTasks().stream().map(RedisHeads::row).toList());
  }

  private static Row row(TaskHeads row) {
    byte[] heads = new byte[row.getHeads().remaining()];
    row.getHeads().duplicate().get(heads);
    return new Row(
        row.getTask(),
        row.getBaseVersion(),
        row.getUpdatedAt().toEpochMilli(),
        row.getHistoryVersion(),
        row.getErasedUpTo(),
        heads);
  }

  /**
   * @param why holds no user text
   */
  private void note(ConsumerRecord<byte[], byte[]> record, String why) {
    if (logged.size() < MAX_KINDS && logged.add(why)) {
      log.error(
          "Record at {}-{}@{} (others of the kind are not logged): {}",
          record.topic(),
          record.partition(),
          record.offset(),
          why);
    }
  }
}
