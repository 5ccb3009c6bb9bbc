package io.hydra.trainer.head;

import io.hydra.model.PersonalModel;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.TriggerReason;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.trainer.head.TrainerMetrics.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Brings a user's head up to their history. A request whose version the head has already seen is
 * skipped, so repeated requests, and those that piled up while one update ran, cost nothing.
 */
final class HeadUpdateProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private final PersonalModel model;
  private final HistoryFits fits;
  private final RegistryDeserializer<HeadUpdateRequest> requests;
  private final Dependencies dependencies;
  private final LetterLimit letterLimit;
  private final TrainerMetrics metrics;
  private final Serializer<UserHeads> headsSerializer;
  private ProcessorContext<byte[], byte[]> context;
  private HeadsOutput output;
  private KeyValueStore<String, UserHeads> store;

  HeadUpdateProcessor(
      PersonalModel model,
      HistoryReader histories,
      RegistryDeserializer<HeadUpdateRequest> requests,
      Dependencies dependencies,
      LetterLimit letterLimit,
      TrainerMetrics metrics,
      Serializer<UserHeads> headsSerializer) {
    this.model = model;
    this.fits = new HistoryFits(model, histories, metrics);
    this.requests = requests;
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
            Topic.HEAD_REQUESTS,
            HeadsTopology.REQUEST_DEAD_LETTER_SINK,
            letterLimit,
            metrics);
    this.store = context.getStateStore(HeadsTopology.STORE);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      HeadUpdateRequest request =
          Decoding.guard(() -> dependencies.registry(() -> requests.deserialize(record.value())));
      UserKey user =
          Decoding.guard(
              () -> RecordKeys.user(record.key(), request.getTenant(), request.getUserId()));
      TaskSpec task =
          model
              .tasks()
              .find(request.getTask())
              .orElseThrow(
                  () ->
                      new RejectedRecordException(
                          "the task is not in the catalogue, which has "
                              + model.tasks().ids()
                              + ": add it, then replay"));
      metrics.request(update(record, request, user, task));
    } catch (RejectedRecordException e) {
      metrics.request(Outcome.REJECTED);
      output.deadLetter(record, e);
    }
  }

  private Outcome update(
      Record<byte[], byte[]> record, HeadUpdateRequest request, UserKey user, TaskSpec task)
      throws RejectedRecordException {
    UserHeads known = store.get(user.asRecordKey());
    if (known != null && isUpToDate(known, request)) {
      return Outcome.SKIPPED;
    }
    Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
    Optional<TaskHeads> row = fits.fit(user, task, now);
    if (row.isEmpty()) {
      return Outcome.NO_HISTORY;
    }
    UserHeads updated = HistoryFits.with(known, user, row.get());
    store.put(user.asRecordKey(), updated);
    output.heads(record, updated);
    metrics.head(Duration.ofMillis(context.currentSystemTimeMs() - record.timestamp()));
    return Outcome.FITTED;
  }

  private boolean isUpToDate(UserHeads known, HeadUpdateRequest request) {
    Optional<TaskHeads> row =
        known.getTasks().stream()
            .filter(t -> t.getTask().equals(request.getTask()))
            .filter(t -> t.getBaseVersion().equals(model.baseVersion()))
            .findFirst();
    if (row.isEmpty()) {
      return false;
    }
    // A rebuilt history counts from the start again, so its version says nothing about the head's.
    return request.getReason() != TriggerReason.REBUILT
        && row.get().getHistoryVersion() >= request.getHistoryVersion();
  }
}
