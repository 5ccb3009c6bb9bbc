package io.hydra.trainer.head;

import io.hydra.model.PersonalModel;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Forgets an erased user's heads, and fits anew what their history still holds.
 *
 * <p>The record of an erasure is written after the history was erased, so whatever is read here, or
 * for any request that comes later, is what is left. A request that was handled before this record
 * may have fitted what is gone; its heads precede the tombstone in the same partition, so they
 * never outlive it. A repeated record may meet heads that were fitted on newer events: they are
 * deleted and fitted again, to the same values. It is not skipped, since with the erasure also the
 * deletion of the heads in Redis was repeated.
 */
final class ErasureProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private final PersonalModel model;
  private final HistoryFits fits;
  private final RegistryDeserializer<UserErased> erasures;
  private final Dependencies dependencies;
  private final LetterLimit letterLimit;
  private final TrainerMetrics metrics;
  private final Serializer<UserHeads> headsSerializer;
  private ProcessorContext<byte[], byte[]> context;
  private HeadsOutput output;
  private KeyValueStore<String, UserHeads> store;

  ErasureProcessor(
      PersonalModel model,
      HistoryReader histories,
      RegistryDeserializer<UserErased> erasures,
      Dependencies dependencies,
      LetterLimit letterLimit,
      TrainerMetrics metrics,
      Serializer<UserHeads> headsSerializer) {
    this.model = model;
    this.fits = new HistoryFits(model, histories, metrics);
    this.erasures = erasures;
    this.dependencies = dependencies;
    this.letterLimit = letterLimit;
    this.metrics = metrics;
    this.headsSerializer = headsSerializer;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    this.output =
        new HeadsOutput(
            context,
            headsSerializer,
            Topic.ERASURES,
            HeadsTopology.ERASURE_DEAD_LETTER_SINK,
            letterLimit,
            metrics);
    this.store = context.getStateStore(HeadsTopology.STORE);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      UserErased erased =
          Decoding.guard(() -> dependencies.registry(() -> erasures.deserialize(record.value())));
      UserKey user =
          Decoding.guard(
              () -> RecordKeys.user(record.key(), erased.getTenant(), erased.getUserId()));
      UserHeads known = store.delete(user.asRecordKey());
      // Also without heads here: the topic may hold some that another trainer's state knew of.
      output.tombstone(record);
      metrics.erasures.increment();
      if (known != null) {
        fitAnew(record, user, known);
      }
    } catch (RejectedRecordException e) {
      output.deadLetter(record, e);
    }
  }

  /**
   * @throws RejectedRecordException for the last of the histories that can never be read; the other
   *     tasks have their heads by then
   */
  private void fitAnew(Record<byte[], byte[]> record, UserKey user, UserHeads known)
      throws RejectedRecordException {
    Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
    UserHeads left = null;
    RejectedRecordException unreadable = null;
    for (TaskHeads row : known.getTasks()) {
      Optional<TaskSpec> task = model.tasks().find(row.getTask());
      if (task.isEmpty()) {
        continue;
      }
      try {
        Optional<TaskHeads> fitted = fits.fit(user, task.get(), now);
        if (fitted.isPresent()) {
          left = HistoryFits.with(left, user, fitted.get());
        }
      } catch (RejectedRecordException e) {
        unreadable = e;
      }
    }
    if (left != null) {
      store.put(user.asRecordKey(), left);
      output.heads(record, left);
    }
    if (unreadable != null) {
      throw unreadable;
    }
  }
}
