package io.hydra.trainer.head;

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
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Brings a user's head up to their history. A request whose version the head has already seen is
 * skipped, so repeated requests, and those that piled up while one update ran, cost nothing.
 */
final class HeadUpdateProcessor extends HeadsProcessor<HeadUpdateRequest> {
  HeadUpdateProcessor(Parts parts, RegistryDeserializer<HeadUpdateRequest> values) {
    super(parts, values, Topic.HEAD_REQUESTS, HeadsTopology.REQUEST_DEAD_LETTER_SINK);
  }

  @Override
  UserKey user(byte[] key, HeadUpdateRequest value) throws RejectedRecordException {
    return Records.user(key, value.getTenant(), value.getUserId());
  }

  @Override
  void handle(Record<byte[], byte[]> record, UserKey user, HeadUpdateRequest request)
      throws RejectedRecordException {
    Optional<TaskSpec> task = model.tasks().find(request.getTask());
    if (task.isEmpty()) {
      throw new RejectedRecordException(
          "the task is not in the catalogue, which has "
              + model.tasks().ids()
              + ": add it, then replay");
    }
    metrics.countRequest(update(record, request, user, task.get()));
  }

  @Override
  void noteRejection() {
    metrics.countRequest(Outcome.REJECTED);
  }

  private Outcome update(
      Record<byte[], byte[]> record, HeadUpdateRequest request, UserKey user, TaskSpec task)
      throws RejectedRecordException {
    UserHeads known = store.get(user.recordKey());
    if (known != null && isUpToDate(known, request)) {
      return Outcome.SKIPPED;
    }
    Optional<TaskHeads> row = fit(user, task);
    if (row.isEmpty()) {
      return Outcome.NO_HISTORY;
    }
    publish(record, user, with(known, user, row.get()));
    metrics.recordHead(Duration.ofMillis(context.currentSystemTimeMs() - record.timestamp()));
    return Outcome.FITTED;
  }

  private boolean isUpToDate(UserHeads known, HeadUpdateRequest request) {
    // A rebuilt history counts from the start again, so its version says nothing about the head's.
    return request.getReason() != TriggerReason.REBUILT
        && known.getTasks().stream()
            .filter(t -> t.getTask().equals(request.getTask()))
            .filter(t -> t.getBaseVersion().equals(model.baseVersion()))
            .findFirst()
            .filter(t -> t.getHistoryVersion() >= request.getHistoryVersion())
            .isPresent();
  }
}
