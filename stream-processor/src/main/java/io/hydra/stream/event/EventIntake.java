package io.hydra.stream.event;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.history.HistoryWrite;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The door: turns a raw record into a history write, or says why it cannot be one. */
public final class EventIntake {
  /** Redis orders histories by a double, which holds whole numbers exactly up to here. */
  static final long LATEST_OCCURRED_AT = 1L << 53;

  private final RegistryDeserializer<BehaviorEvent> deserializer;

  public EventIntake(RegistryDeserializer<BehaviorEvent> deserializer) {
    this.deserializer = deserializer;
  }

  /**
   * @throws RejectedRecordException if the record can never be written to a history
   * @throws io.hydra.schemas.registry.RegistryUnavailableException if the registry does not answer
   */
  public HistoryWrite accept(RawRecord raw) throws RejectedRecordException {
    BehaviorEvent event = decode(raw.value());
    Optional<String> problem = EventRules.problem(event);
    if (problem.isPresent()) {
      throw new RejectedRecordException(problem.get());
    }
    long occurredAt = event.getOccurredAt().toEpochMilli();
    if (occurredAt > LATEST_OCCURRED_AT) {
      throw new RejectedRecordException(
          "occurred_at must be at most 2^53, in milliseconds since 1970-01-01: is it in another unit?");
    }
    String userKey = new UserKey(event.getTenant(), event.getUserId()).asRecordKey();
    if (!Arrays.equals(userKey.getBytes(StandardCharsets.UTF_8), raw.key())) {
      throw new RejectedRecordException(
          "the record key is not the value's tenant:user_id, so the user's order would be lost: key the record so");
    }
    if (!(event.getPayload() instanceof Interaction interaction)) {
      throw new UnsupportedEventException(
          "a valid %s, which this version does not process: nothing was done with it; replay it from here once a version that does is running"
              .formatted(event.getPayload().getClass().getSimpleName()));
    }
    byte[] item =
        HistoryItemCodec.encode(
            new HistoryItem(
                event.getEventId(), occurredAt, interaction.getInput(), interaction.getOutput()));
    return new HistoryWrite(userKey, event.getTask(), event.getEventId(), occurredAt, item);
  }

  /** Whatever else a damaged value provokes in a decoder, one record must not stop the stream. */
  private BehaviorEvent decode(byte[] value) throws UndecodableRecordException {
    try {
      return deserializer.deserialize(value);
    } catch (RegistryUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      // Its message may quote the data, so it is not passed on.
      throw new UndecodableRecordException(
          "the value cannot be decoded (%s)".formatted(e.getClass().getSimpleName()));
    }
  }
}
