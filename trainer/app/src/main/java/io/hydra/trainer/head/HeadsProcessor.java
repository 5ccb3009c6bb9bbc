package io.hydra.trainer.head;

import io.hydra.model.PersonalModel;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A processor of records about users that changes their heads. What it rejects is a dead letter.
 */
abstract class HeadsProcessor<T extends SpecificRecord>
    implements Processor<byte[], byte[], byte[], byte[]> {
  /** The parts that all of a topology's processors share. */
  record Parts(
      PersonalModel model,
      HistoryReader histories,
      Dependencies dependencies,
      LetterLimit letterLimit,
      TrainerMetrics metrics,
      Serializer<UserHeads> serializer) {}

  private final Parts parts;
  private final RegistryDeserializer<T> values;
  private final Topic source;
  private final String deadLetterSink;

  final PersonalModel model;
  final TrainerMetrics metrics;
  final HistoryFits fits;
  ProcessorContext<byte[], byte[]> context;
  HeadsOutput output;
  KeyValueStore<String, UserHeads> store;

  HeadsProcessor(Parts parts, RegistryDeserializer<T> values, Topic source, String deadLetterSink) {
    this.parts = parts;
    this.values = values;
    this.source = source;
    this.deadLetterSink = deadLetterSink;
    this.model = parts.model();
    this.metrics = parts.metrics();
    this.fits = new HistoryFits(model, parts.histories(), metrics);
  }

  @Override
  public final void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    this.output =
        new HeadsOutput(
            context, parts.serializer(), source, deadLetterSink, parts.letterLimit(), metrics);
    this.store = context.getStateStore(HeadsTopology.STORE);
  }

  @Override
  public final void process(Record<byte[], byte[]> record) {
    try {
      T value =
          Decoding.guard(
              () -> parts.dependencies().registry(() -> values.deserialize(record.value())));
      handle(record, Decoding.guard(() -> user(record.key(), value)), value);
    } catch (RejectedRecordException e) {
      noteRejection();
      output.deadLetter(record, e);
    }
  }

  /**
   * The user that a value is about.
   *
   * @throws RejectedRecordException if the record's key names another one
   */
  abstract UserKey user(byte[] key, T value) throws RejectedRecordException;

  /**
   * @throws RejectedRecordException if the record is to become a dead letter
   */
  abstract void handle(Record<byte[], byte[]> record, UserKey user, T value)
      throws RejectedRecordException;

  /** Called before a record becomes a dead letter. */
  void noteRejection() {}
}
