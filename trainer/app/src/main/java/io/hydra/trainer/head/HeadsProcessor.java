package io.hydra.trainer.head;

import io.hydra.model.JudgedAnswer;
import io.hydra.model.PersonalModel;
import io.hydra.model.UnfittableHistoryException;
import io.hydra.model.encoder.BrokenEncoderException;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;
import io.hydra.trainer.evidence.EvidenceRules.Decision;
import io.hydra.trainer.evidence.EvidenceStore;
import io.hydra.trainer.evidence.UserEvidence;
import io.hydra.trainer.head.TrainerMetrics.RequestOutcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A processor of one topic's records about users that changes their heads. What it sends on is
 * keyed as the record that it is due to; what it rejects is a dead letter.
 */
abstract class HeadsProcessor<T extends SpecificRecord> {
  /** The parts that all of a topology's processors share. */
  record Parts(
      Bases bases,
      HistoryReader histories,
      Dependencies dependencies,
      RefusedLetters.Limit letterLimit,
      TrainerMetrics metrics,
      Serde<UserHeads> heads,
      Serializer<VerdictOutcome> outcomes) {}

  private final Parts parts;
  private final RegistryDeserializer<T> values;
  private final Topic source;

  final Bases bases;
  final TrainerMetrics metrics;
  ProcessorContext<byte[], byte[]> context;
  private KeyValueStore<String, byte[]> store;
  private EvidenceStore evidence;

  HeadsProcessor(Parts parts, RegistryDeserializer<T> values, Topic source) {
    this.parts = parts;
    this.values = values;
    this.source = source;
    this.bases = parts.bases();
    this.metrics = parts.metrics();
  }

  final Topic source() {
    return source;
  }

  final void init(ProcessorContext<byte[], byte[]> context, EvidenceStore evidence) {
    this.context = context;
    this.store = context.getStateStore(HeadsTopology.STORE);
    this.evidence = evidence;
  }

  final void process(Record<byte[], byte[]> record) {
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

  /** The evidence that is stored about a user; rejected if this program cannot read it. */
  final UserEvidence evidence(UserKey user) throws RejectedRecordException {
    try {
      return evidence.read(user);
    } catch (CorruptValueException e) {
      throw new RejectedRecordException(e.getMessage(), e);
    }
  }

  /** The same for an erasure, which removes what this program cannot read. */
  final UserEvidence evidenceForErasure(UserKey user) {
    return evidence.readForErasure(user);
  }

  /** The user's heads so far; null if none. */
  final UserHeads heads(UserKey user) {
    return parts.heads().deserializer().deserialize(null, store.get(user.recordKey()));
  }

  /** Forgets a history that was read ahead and not used. */
  final void forgetReadAhead(UserKey user, String task) {
    parts.histories().forget(user, task);
  }

  /** Forgets the user's heads, here and for all who read the topic, and the history read ahead. */
  final void removeHeads(Record<byte[], byte[]> cause, UserKey user) {
    parts.histories().forget(user);
    store.put(user.recordKey(), null);
    context.forward(cause.withValue((byte[]) null), HeadsTopology.HEADS_SINK);
  }

  /** The task of that id; rejected if there is none. */
  final TaskSpec task(String id) throws RejectedRecordException {
    Optional<TaskSpec> task = bases.task(id);
    if (task.isEmpty()) {
      throw new RejectedRecordException(
          // An id that breaks the rules of task ids may hold user text.
          (EventRules.isTaskId(id) ? "task " + id : "the task")
              + " is not in the catalogue, which holds: "
              + String.join(", ", new TreeSet<>(bases.tasks().ids()))
              + "; serve a base that has it, then replay");
    }
    return task.get();
  }

  /**
   * Fits the user's heads for one task to what there is now, and publishes them. Heads that were
   * fitted to evidence are fitted again even if nothing is left to learn from.
   *
   * @param known the user's heads so far; null if none
   */
  final RequestOutcome update(
      Record<byte[], byte[]> cause,
      UserKey user,
      TaskSpec task,
      UserHeads known,
      UserEvidence evidence)
      throws RejectedRecordException {
    boolean taught =
        bases.rows(known, task.id()).stream().anyMatch(row -> row.getEvidenceDigest() != 0);
    List<TaskHeads> rows = fit(user, task, evidence, taught);
    if (rows.isEmpty()) {
      return RequestOutcome.NO_HISTORY;
    }
    publish(cause, user, bases.with(known, user, rows));
    // The context's time stands still while a batch of records is worked on.
    metrics.recordHead(Duration.ofMillis(System.currentTimeMillis() - cause.timestamp()));
    return RequestOutcome.FITTED;
  }

  /**
   * Fits heads of every base to what the user's history and evidence hold now. Rejects a history
   * that can never be read by this program, or that no heads of the first base that has the task
   * can be fitted to.
   *
   * @param always also to nothing at all
   * @return empty if there is nothing to learn from
   */
  final List<TaskHeads> fit(UserKey user, TaskSpec task, UserEvidence evidence, boolean always)
      throws RejectedRecordException {
    HistoryReader.Read read = parts.histories().read(user, task);
    History history = read.history();
    if (read.erasedUpTo() > 0) {
      // Its record may be still to come: the evidence is to be of the same moment as the history.
      evidence.erase(Instant.ofEpochMilli(read.erasedUpTo()));
    }
    List<JudgedAnswer> judged = evidence.judged(task.id());
    if (history.items().isEmpty() && judged.isEmpty() && !always) {
      return List.of();
    }
    List<TaskHeads> rows = new ArrayList<>();
    boolean isFirst = true;
    for (PersonalModel model : bases.models()) {
      // The catalogue of a base is its own.
      Optional<TaskSpec> known = model.tasks().find(task.id());
      if (known.isPresent()) {
        try {
          Heads heads = fit(model, known.get(), history, judged);
          rows.add(row(model, task, read, evidence.digest(task.id()), heads));
        } catch (RejectedRecordException | BrokenEncoderException e) {
          // A base that is being rolled out must not cost the user the heads of the other.
          if (isFirst) {
            throw e;
          }
          metrics.countUnfitted();
        }
        isFirst = false;
      }
    }
    return rows;
  }

  private Heads fit(PersonalModel model, TaskSpec task, History history, List<JudgedAnswer> judged)
      throws RejectedRecordException {
    long start = System.nanoTime();
    try {
      Heads heads = model.fit(task, history, judged).heads();
      metrics.recordFit(
          Duration.ofNanos(System.nanoTime() - start), judged.size(), heads.adapter().shifted());
      return heads;
    } catch (UnfittableHistoryException e) {
      throw new RejectedRecordException(e.getMessage(), e);
    } catch (StackOverflowError e) {
      // Of this history's shape, like every exception of a fit: no fault of the process.
      throw new RejectedRecordException(
          "no heads can be fitted to the history (%s)".formatted(e.getClass().getName()), e);
    }
  }

  private TaskHeads row(
      PersonalModel model, TaskSpec task, HistoryReader.Read read, long digest, Heads heads) {
    return TaskHeads.newBuilder()
        .setTask(task.id())
        .setBaseVersion(model.baseVersion())
        .setHistoryVersion(read.history().version())
        .setUpdatedAt(Instant.ofEpochMilli(context.currentSystemTimeMs()))
        .setEvidenceDigest(digest)
        .setHeads(ByteBuffer.wrap(HeadsCodec.encode(heads)))
        .setErasedUpTo(read.erasedUpTo())
        .build();
  }

  /** Stores the user's heads and sends them on. */
  final void publish(Record<byte[], byte[]> cause, UserKey user, UserHeads heads) {
    byte[] bytes = parts.heads().serializer().serialize(null, heads);
    store.put(user.recordKey(), bytes);
    context.forward(cause.withValue(bytes), HeadsTopology.HEADS_SINK);
  }

  /** Says what became of a verdict. */
  final void tell(
      Record<byte[], byte[]> cause, UserKey user, GivenVerdict verdict, Decision decision) {
    metrics.countVerdict(decision.outcome());
    if (decision.gain() != null) {
      metrics.record(decision.gain());
    }
    VerdictOutcome outcome =
        new VerdictOutcome(
            user.tenant(),
            user.userId(),
            verdict.getEventId(),
            verdict.getFeedback().getQueryId(),
            decision.outcome(),
            decision.reason(),
            Instant.ofEpochMilli(context.currentSystemTimeMs()),
            decision.gain());
    context.forward(
        cause.withValue(parts.outcomes().serialize(null, outcome)), HeadsTopology.OUTCOMES_SINK);
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
        new Record<>(letter.key(), letter.value(), context.currentSystemTimeMs(), letter.headers()),
        letter.topic());
  }
}
