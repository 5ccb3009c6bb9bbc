package io.hydra.trainer.head;

import io.hydra.model.PersonalModel;
import io.hydra.model.UnfittableHistoryException;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A processor of records about users that changes their heads. What it sends on is keyed as the
 * record that it is due to; what it rejects is a dead letter.
 */
abstract class HeadsProcessor<T extends SpecificRecord>
    implements Processor<byte[], byte[], byte[], byte[]> {
  /** The parts that all of a topology's processors share. */
  record Parts(
      PersonalModel model,
      HistoryReader histories,
      Dependencies dependencies,
      RefusedLetters.Limit letterLimit,
      TrainerMetrics metrics,
      Serializer<UserHeads> serializer) {}

  private final Parts parts;
  private final RegistryDeserializer<T> values;
  private final Topic source;
  private final String deadLetterSink;

  final PersonalModel model;
  final TrainerMetrics metrics;
  ProcessorContext<byte[], byte[]> context;
  KeyValueStore<String, UserHeads> store;

  HeadsProcessor(Parts parts, RegistryDeserializer<T> values, Topic source, String deadLetterSink) {
    this.parts = parts;
    this.values = values;
    this.source = source;
    this.deadLetterSink = deadLetterSink;
    this.model = parts.model();
    this.metrics = parts.metrics();
  }

  @Override
  public final void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    this.store = context.getStateStore(HeadsTopology.STORE);
  }

  @Override
  public final void process(Record<byte[], byte[]> record) {
    try {
      T value =
          Records.guard(
              () -> parts.dependencies().registry(() -> values.deserialize(record.value())));
      handle(record, Records.guard(() -> user(record.key(), value)), value);
    } catch (RejectedRecordException e) {
      noteRejection();
      sendDeadLetter(record, e);
    }
  }

  /** The user that a value is about; rejected if the record's key names another one. */
  abstract UserKey user(byte[] key, T value) throws RejectedRecordException;

  abstract void handle(Record<byte[], byte[]> record, UserKey user, T value)
      throws RejectedRecordException;

  /** Called before a record becomes a dead letter. */
  void noteRejection() {}

  /**
   * Fits heads to what the user's history holds now; empty where that is. Rejects a history that
   * can never be read by this program, or that no heads can be fitted to.
   */
  final Optional<TaskHeads> fit(UserKey user, TaskSpec task) throws RejectedRecordException {
    Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
    History history = parts.histories().read(user, task.id());
    if (history.items().isEmpty()) {
      return Optional.empty();
    }
    Heads heads;
    long start = System.nanoTime();
    try {
      heads = model.fit(task, history).heads();
      metrics.fits.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    } catch (UnfittableHistoryException e) {
      throw new RejectedRecordException(e.getMessage(), e);
    } catch (StackOverflowError e) {
      // Of this history's shape, like every exception of a fit: no fault of the process.
      throw new RejectedRecordException(
          "no heads can be fitted to the history (%s)".formatted(e.getClass().getName()), e);
    }
    return Optional.of(
        TaskHeads.newBuilder()
            .setTask(task.id())
            .setBaseVersion(model.baseVersion())
            .setHistoryVersion(history.version())
            .setUpdatedAt(now)
            .setHeads(ByteBuffer.wrap(HeadsCodec.encode(heads)))
            .build());
  }

  /**
   * @param known the user's heads so far; null if none
   * @param row takes the place of the same task's
   */
  static UserHeads with(UserHeads known, UserKey user, TaskHeads row) {
    List<TaskHeads> rows = new ArrayList<>(known == null ? List.of() : known.getTasks());
    rows.removeIf(other -> other.getTask().equals(row.getTask()));
    rows.add(row);
    return new UserHeads(user.tenant(), user.userId(), rows);
  }

  /** Stores the user's heads and sends them on. */
  final void publish(Record<byte[], byte[]> cause, UserKey user, UserHeads heads) {
    store.put(user.recordKey(), heads);
    context.forward(
        cause.withValue(parts.serializer().serialize(null, heads)), HeadsTopology.HEADS_SINK);
  }

  final void sendTombstone(Record<byte[], byte[]> cause) {
    context.forward(cause.withValue((byte[]) null), HeadsTopology.HEADS_SINK);
  }

  private void sendDeadLetter(Record<byte[], byte[]> record, RejectedRecordException why) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    DeadLetters.Origin origin =
        new DeadLetters.Origin(
            at.topic(), at.partition(), at.offset(), record.timestamp(), ConsumerGroups.TRAINER);
    ProducerRecord<byte[], byte[]> letter =
        DeadLetters.fitting(
            DeadLetters.ladder(
                source.deadLetters().topicName(),
                record.key(),
                record.value(),
                record.headers(),
                DeadLetters.reason(origin, why)),
            parts.letterLimit().bytes());
    metrics.countDeadLetter(letter.topic());
    context.forward(
        new Record<>(letter.key(), letter.value(), record.timestamp(), letter.headers()),
        deadLetterSink);
  }
}
