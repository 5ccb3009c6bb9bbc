package io.hydra.stream.event;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.history.Erasure;
import io.hydra.stream.history.HistoryWrite;
import java.util.Optional;

/** The door: turns a raw record into what it asks of the store, or says why it cannot. */
public final class EventIntake {
  private final RegistryDeserializer<BehaviorEvent> deserializer;

  public EventIntake(RegistryDeserializer<BehaviorEvent> deserializer) {
    this.deserializer = deserializer;
  }

  /**
   * @throws RejectedRecordException if the record can never be processed
   * @throws io.hydra.schemas.registry.RegistryUnavailableException if the registry does not answer
   */
  public UserEvent accept(RawRecord raw) throws RejectedRecordException {
    BehaviorEvent event = deserializer.deserialize(raw.value());
    Optional<String> problem = EventRules.problem(event, raw.timestamp());
    if (problem.isPresent()) {
      throw new RejectedRecordException(problem.get());
    }
    UserKey user = new UserKey(event.getTenant(), event.getUserId());
    if (!user.isKey(raw.key())) {
      throw new RejectedRecordException(
          "the record key is not the value's tenant:user_id, so the user's order would be lost: key the record so");
    }
    long occurredAt = event.getOccurredAt().toEpochMilli();
    if (event.getPayload() instanceof Feedback) {
      throw new UnsupportedEventException(
          "a valid Feedback, which this version does not process: nothing was done with it; replay it from here once a version that does is running");
    }
    if (event.getPayload() instanceof io.hydra.schemas.avro.Erasure) {
      return UserEvent.erase(new Erasure(user, event.getEventId(), occurredAt), raw);
    }
    if (event.getPayload() instanceof Interaction interaction) {
      byte[] item =
          HistoryItemCodec.encode(
              new HistoryItem(
                  event.getEventId(), occurredAt, interaction.getInput(), interaction.getOutput()));
      return UserEvent.write(
          new HistoryWrite(user, event.getTask(), event.getEventId(), occurredAt, item), raw);
    }
    throw new RejectedRecordException("payload is of a kind that this version does not know");
  }
}
