package io.hydra.trainer.head;

import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Words;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.QueryRules;
import io.hydra.schemas.user.TextRules;
import io.hydra.schemas.user.UserKey;
import io.hydra.trainer.evidence.UserEvidence;
import io.hydra.trainer.evidence.UserEvidence.Arrival;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Keeps what users were shown until their verdicts come, and fits the heads if the verdict came
 * first.
 */
final class ExposureProcessor extends HeadsProcessor<Exposure> {
  /** Samples of an answer: twice as many as a task has unless its catalogue says otherwise. */
  private static final int MOST_TEXTS = 16;

  private static final int MOST_UTF8_BYTES = 3;
  private static final int MAX_IDS_BYTES = 16 * 1024;

  /** The input and 16 candidates, cut to what the model reads; a row of the store must be small. */
  private static final int MAX_BYTES =
      (1 + MOST_TEXTS) * Words.MAX_CHARACTERS * MOST_UTF8_BYTES + MAX_IDS_BYTES;

  /** Of candidates, and of items: a fit goes over all. */
  private static final int MOST = 256;

  ExposureProcessor(Parts parts, RegistryDeserializer<Exposure> values) {
    super(parts, values, Topic.EXPOSURES);
  }

  @Override
  UserKey user(byte[] key, Exposure value) throws RejectedRecordException {
    return Records.user(key, value.getTenant(), value.getUserId());
  }

  @Override
  void handle(Record<byte[], byte[]> record, UserKey user, Exposure exposure)
      throws RejectedRecordException {
    Optional<String> problem = problem(exposure, record.value().length, record.timestamp());
    if (problem.isPresent()) {
      throw new RejectedRecordException("the exposure breaks a rule: " + problem.get());
    }
    TaskSpec task = task(exposure.getTask());
    UserEvidence evidence = evidence(user);
    Optional<GivenVerdict> waiting = evidence.verdict(exposure.getQueryId());
    Arrival arrival = evidence.show(exposure);
    metrics.countExposure(arrival);
    boolean isNew = arrival == Arrival.KEPT || arrival == Arrival.OUTNUMBERED;
    if (!isNew || waiting.isEmpty()) {
      return;
    }
    tell(record, user, waiting.get(), evidence.decision(exposure.getQueryId()));
    long digest = evidence.digest(task.id());
    UserHeads known = heads(user);
    List<TaskHeads> rows = bases.rows(known, task.id());
    boolean learned = rows.stream().allMatch(row -> row.getEvidenceDigest() == digest);
    if (rows.isEmpty() ? digest != 0 : !learned) {
      update(record, user, task, known, evidence);
    }
  }

  private static Optional<String> problem(Exposure exposure, int bytes, long timestamp) {
    if (bytes > MAX_BYTES) {
      return Optional.of("it has %d bytes, %d at most".formatted(bytes, MAX_BYTES));
    }
    int candidates = exposure.getCandidates().size();
    if (!isIndex(exposure.getShown(), candidates)
        || !isIndex(exposure.getUnadapted(), candidates)) {
      return Optional.of("an index points beyond its candidates");
    }
    if (candidates > MOST || exposure.getItems().size() > MOST) {
      return Optional.of(
          "it has %d candidates and %d items, %d of either at most"
              .formatted(candidates, exposure.getItems().size(), MOST));
    }
    // One from the future would outlive erasures, and hold its place for ever.
    Instant latest = Instant.ofEpochMilli(timestamp).plus(EventRules.MOST_AHEAD);
    if (exposure.getAskedAt().isAfter(latest) || exposure.getShownAt().isAfter(latest)) {
      return Optional.of(
          "asked_at or shown_at lies more than %d hours ahead of the record: check the clocks of apps and of serving"
              .formatted(EventRules.MOST_AHEAD.toHours()));
    }
    return QueryRules.problemOfQueryId(exposure.getQueryId())
        .or(() -> TextRules.problemOfUserId(exposure.getUserId()));
  }

  /** Or -1, for none. */
  private static boolean isIndex(int index, int size) {
    return index >= -1 && index < size;
  }
}
