package io.hydra.trainer.head;

import io.hydra.model.PersonalModel;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.TriggerReason;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.user.UserKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Brings a user's head up to their history. A request whose version the head has already seen is
 * skipped, so repeated requests, and those that piled up while one update ran, cost nothing.
 */
final class HeadUpdateProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private final PersonalModel model;
  private final HistoryReader histories;
  private final RegistryDeserializer<HeadUpdateRequest> requests;
  private final Retry retry;
  private final Serializer<UserHeads> headsSerializer;
  private ProcessorContext<byte[], byte[]> context;
  private KeyValueStore<String, UserHeads> store;

  HeadUpdateProcessor(
      PersonalModel model,
      HistoryReader histories,
      RegistryDeserializer<HeadUpdateRequest> requests,
      Retry retry,
      Serializer<UserHeads> headsSerializer) {
    this.model = model;
    this.histories = histories;
    this.requests = requests;
    this.retry = retry;
    this.headsSerializer = headsSerializer;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    this.store = context.getStateStore(HeadsTopology.STORE);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      HeadUpdateRequest request =
          retry.call("reading a request's schema", () -> requests.deserialize(record.value()));
      UserKey user = user(record.key(), request);
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
      update(record, request, user, task);
    } catch (RejectedRecordException e) {
      deadLetter(record, e);
    }
  }

  private static UserKey user(byte[] key, HeadUpdateRequest request)
      throws RejectedRecordException {
    UserKey user;
    try {
      user = new UserKey(request.getTenant(), request.getUserId());
    } catch (IllegalArgumentException e) {
      throw new RejectedRecordException(e.getMessage());
    }
    byte[] expected = user.asRecordKey().getBytes(StandardCharsets.UTF_8);
    if (!Arrays.equals(key, expected)) {
      throw new RejectedRecordException("the key must be tenant:user of the value");
    }
    return user;
  }

  private void update(
      Record<byte[], byte[]> record, HeadUpdateRequest request, UserKey user, TaskSpec task)
      throws RejectedRecordException {
    UserHeads known = store.get(user.asRecordKey());
    if (known != null && isUpToDate(known, request)) {
      return;
    }
    History history = histories.read(user, task.id());
    if (history.items().isEmpty()) {
      return;
    }
    Heads heads = model.update(task, history);
    TaskHeads row =
        TaskHeads.newBuilder()
            .setTask(task.id())
            .setBaseVersion(model.baseVersion())
            .setHistoryVersion(history.version())
            .setUpdatedAt(Instant.ofEpochMilli(context.currentSystemTimeMs()))
            .setHeads(ByteBuffer.wrap(HeadsCodec.encode(heads)))
            .build();
    UserHeads updated = with(known, user, row);
    store.put(user.asRecordKey(), updated);
    context.forward(
        record.withValue(headsSerializer.serialize(null, updated)), HeadsTopology.HEADS_SINK);
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

  private static UserHeads with(UserHeads known, UserKey user, TaskHeads row) {
    List<TaskHeads> rows = new ArrayList<>();
    if (known != null) {
      known.getTasks().stream().filter(t -> !t.getTask().equals(row.getTask())).forEach(rows::add);
    }
    rows.add(row);
    return UserHeads.newBuilder()
        .setTenant(user.tenant())
        .setUserId(user.userId())
        .setTasks(rows)
        .build();
  }

  private void deadLetter(Record<byte[], byte[]> record, RejectedRecordException cause) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    DeadLetters.Origin origin =
        new DeadLetters.Origin(
            at.topic(), at.partition(), at.offset(), record.timestamp(), ConsumerGroups.TRAINER);
    context.forward(
        record.withHeaders(DeadLetters.headers(record.headers(), origin, cause, 1)),
        HeadsTopology.DEAD_LETTER_SINK);
  }
}
