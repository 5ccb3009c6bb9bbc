package io.hydra.stream.event;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.history.HistoryWrite;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** The door: turns a raw record into a history write, or says why it cannot be one. */
public final class EventIntake {
  // An age limit counts from the newest event, so one from the future would empty a history. The
  // record's timestamp, not the clock, since every replay must judge alike; brokers bound it.
  private static final Duration MOST_AHEAD = Duration.ofDays(1);

  private final RegistryDeserializer<BehaviorEvent> deserializer;

  public EventIntake(RegistryDeserializer<BehaviorEvent> deserializer) {
    this.deserializer = deserializer;
  }

  /**
   * @throws RejectedRecordException if the record can never be written to a history
   * @throws io.hydra.schemas.registry.RegistryUnavailableException if the registry does not answer
   */
  public HistoryWrite accept(RawRecord raw) throws RejectedRecordException {
    BehaviorEvent event = deserializer.deserialize(raw.value());
    Optional<String> problem = EventRules.problem(event);
    if (problem.isPresent()) {
      throw new RejectedRecordException(problem.get());
    }
    String userKey = new UserKey(event.getTenant(), event.getUserId()).asRecordKey();
    if (!Arrays.equals(userKey.getBytes(StandardCharsets.UTF_8), raw.key())) {
      throw new RejectedRecordException(
          "the record key is not the value's tenant:user_id, so the user's order would be lost: key the record so");
    }
    long occurredAt = event.getOccurredAt().toEpochMilli();
    if (raw.timestamp() >= 0 && occurredAt - raw.timestamp() > MOST_AHEAD.toMillis()) {
      throw new RejectedRecordException(
          "occurred_at lies more than %d hours after the record's own timestamp: check the sender's clock and unit, and send milliseconds since the epoch"
              .formatted(MOST_AHEAD.toHours()));
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
}
