package io.hydra.trainer.head;

import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.TextRules;
import io.hydra.schemas.user.UserKey;
import io.hydra.trainer.evidence.UserEvidence;
import io.hydra.trainer.evidence.UserEvidence.Arrival;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Keeps what users were shown until their verdicts come, and fits the heads if the verdict came
 * first.
 */
final class ExposureProcessor extends HeadsProcessor<Exposure> {
  /** Far more than texts cut to what the model reads; a row of the store must stay small. */
  private static final int MAX_BYTES = 512 * 1024;

  private static final int MAX_QUERY_ID = 256;

  ExposureProcessor(Parts parts, RegistryDeserializer<Exposure> values) {
    super(parts, values, Topic.EXPOSURES, HeadsTopology.EXPOSURE_DEAD_LETTER_SINK);
  }

  @Override
  UserKey user(byte[] key, Exposure value) throws RejectedRecordException {
    return Records.user(key, value.getTenant(), value.getUserId());
  }

  @Override
  void handle(Record<byte[], byte[]> record, UserKey user, Exposure exposure)
      throws RejectedRecordException {
    Optional<String> problem = problem(exposure, record.value().length);
    if (problem.isPresent()) {
      throw new RejectedRecordException("the exposure breaks a rule: " + problem.get());
    }
    TaskSpec task = task(exposure.getTask());
    UserEvidence evidence = evidence(user);
    Arrival arrival = evidence.show(exposure);
    metrics.countExposure(arrival);
    Optional<GivenVerdict> waiting = evidence.verdict(exposure.getQueryId());
    if (arrival != Arrival.KEPT || waiting.isEmpty()) {
      return;
    }
    tell(record, user, waiting.get(), evidence.decision(exposure.getQueryId()));
    long fitted =
        row(store.get(user.recordKey()), task).map(TaskHeads::getEvidenceDigest).orElse(0L);
    if (fitted != evidence.digest(task.id())) {
      update(record, user, task, evidence);
    }
  }

  private static Optional<String> problem(Exposure exposure, int bytes) {
    if (bytes > MAX_BYTES) {
      return Optional.of("it has %d bytes, %d at most".formatted(bytes, MAX_BYTES));
    }
    int candidates = exposure.getCandidates().size();
    if (!isIndex(exposure.getShown(), candidates)
        || !isIndex(exposure.getUnadapted(), candidates)) {
      return Optional.of("an index points beyond its candidates");
    }
    if (!EventRules.isTaskId(exposure.getTask())) {
      return Optional.of("task must be 1 to 64 letters, digits, '.', '_' or '-'");
    }
    return TextRules.problemOfId("query_id", exposure.getQueryId(), MAX_QUERY_ID)
        .or(() -> TextRules.problemOfUserId(exposure.getUserId()));
  }

  /** Or -1, for none. */
  private static boolean isIndex(int index, int size) {
    return index >= -1 && index < size;
  }
}
