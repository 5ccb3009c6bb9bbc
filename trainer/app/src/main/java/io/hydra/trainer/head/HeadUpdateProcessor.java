package io.hydra.trainer.head;

import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.TriggerReason;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;
import io.hydra.trainer.evidence.UserEvidence;
import io.hydra.trainer.head.TrainerMetrics.RequestOutcome;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Brings a user's head up to their history and to their verdicts, one of which may come with the
 * request. A request whose version the head has already seen is skipped if the verdicts are the
 * same too, so repeated requests, and those that piled up while one update ran, cost no more than
 * reading: the user's evidence, and once for each poll that brings some, the history ({@link
 * ReadAhead}).
 */
final class HeadUpdateProcessor extends HeadsProcessor<HeadUpdateRequest> {
  HeadUpdateProcessor(Parts parts, RegistryDeserializer<HeadUpdateRequest> values) {
    super(parts, values, Topic.HEAD_REQUESTS);
  }

  @Override
  UserKey user(byte[] key, HeadUpdateRequest value) throws RejectedRecordException {
    return Records.user(key, value.getTenant(), value.getUserId());
  }

  @Override
  void handle(Record<byte[], byte[]> record, UserKey user, HeadUpdateRequest request)
      throws RejectedRecordException {
    try {
      bringUp(record, user, request);
    } finally {
      forgetReadAhead(user, request.getTask());
    }
  }

  private void bringUp(Record<byte[], byte[]> record, UserKey user, HeadUpdateRequest request)
      throws RejectedRecordException {
    GivenVerdict verdict = request.getVerdict();
    Optional<TaskSpec> task;
    UserEvidence evidence;
    if (verdict == null) {
      task = Optional.of(task(request.getTask()));
      evidence = evidence(user);
    } else {
      validate(request, record.timestamp());
      evidence = evidence(user);
      // The task of the answer counts, should the verdict name another, or one that there is not.
      Optional<String> shown = evidence.task(verdict.getFeedback().getQueryId());
      task = bases.task(shown.orElse(request.getTask()));
      tell(record, user, verdict, evidence.judge(request.getTask(), verdict));
    }
    UserHeads known = heads(user);
    metrics.countRequest(
        task.isEmpty() || isUpToDate(known, task.get(), request, evidence)
            ? RequestOutcome.SKIPPED
            : update(record, user, task.get(), known, evidence));
  }

  /** The rules of events, since anyone may write requests, and what is kept must be bounded. */
  private static void validate(HeadUpdateRequest request, long timestamp)
      throws RejectedRecordException {
    BehaviorEvent event =
        new BehaviorEvent(
            request.getVerdict().getEventId(),
            request.getTenant(),
            request.getUserId(),
            request.getTask(),
            request.getVerdict().getOccurredAt(),
            request.getVerdict().getFeedback());
    Optional<String> problem = EventRules.problem(event, timestamp);
    if (problem.isPresent()) {
      throw new RejectedRecordException("the verdict breaks a rule: " + problem.get());
    }
  }

  @Override
  void noteRejection() {
    metrics.countRequest(RequestOutcome.REJECTED);
  }

  private boolean isUpToDate(
      UserHeads known, TaskSpec task, HeadUpdateRequest request, UserEvidence evidence) {
    // A rebuilt history counts from the start again, so its version says nothing about the head's.
    if (request.getReason() == TriggerReason.REBUILT) {
      return false;
    }
    long digest = evidence.digest(task.id());
    return bases.rows(known, task.id()).isEmpty()
        // A verdict that teaches nothing asks for no head.
        ? request.getVerdict() != null && digest == 0
        : bases.areUpToDate(known, task.id(), request.getHistoryVersion(), digest);
  }
}
