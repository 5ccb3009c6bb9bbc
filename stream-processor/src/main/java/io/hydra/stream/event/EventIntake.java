package io.hydra.stream.event;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;

/** Decodes and validates one record into what it asks of the store and of the trainer. */
public final class EventIntake {
  private final RegistryDeserializer<BehaviorEvent> deserializer;

  public EventIntake(RegistryDeserializer<BehaviorEvent> deserializer) {
    this.deserializer = deserializer;
  }

  /**
   * Accepts a record or says why it cannot. Whatever else decoding throws counts as the record's
   * fault, too: one that ended the task would be read again at its next start, for ever.
   *
   * @throws RejectedRecordException if the record can never be processed
   * @throws RegistryUnavailableException if the registry does not answer
   */
  public UserEvent accept(RawRecord raw) throws RejectedRecordException {
    try {
      return decode(raw);
    } catch (RegistryUnavailableException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      // Without its cause, which may quote the data.
      throw new UndecodableRecordException(
          "decoding the record failed (%s)".formatted(e.getClass().getSimpleName()));
    }
  }

  private UserEvent decode(RawRecord raw) throws RejectedRecordException {
    BehaviorEvent event = deserializer.deserialize(raw.value());
    UserKey user;
    try {
      user = EventRules.validate(event, raw.timestamp(), raw.key());
    } catch (IllegalArgumentException e) {
      throw new RejectedRecordException(e.getMessage());
    }
    return command(user, event, raw);
  }

  /**
   * The one place that says what each kind of event does; a kind that it does not name does
   * nothing.
   */
  static UserEvent command(UserKey user, BehaviorEvent event, RawRecord raw)
      throws RejectedRecordException {
    Object payload = event.getPayload();
    if (payload instanceof Interaction interaction) {
      Write write = write(user, event, interaction);
      return new UserEvent(write, null, edit(user, event, interaction, raw), raw);
    }
    if (payload instanceof Feedback feedback) {
      return new UserEvent(null, null, verdict(user, event, feedback, raw), raw);
    }
    if (payload instanceof io.hydra.schemas.avro.Erasure) {
      long upTo = event.getOccurredAt().toEpochMilli();
      return new UserEvent(null, new Erasure(user, event.getEventId(), upTo), raw);
    }
    throw new RejectedRecordException(
        "an event of a kind that this version does not process: nothing was done with it");
  }

  private static Write write(UserKey user, BehaviorEvent event, Interaction interaction) {
    long occurredAt = event.getOccurredAt().toEpochMilli();
    byte[] item =
        HistoryItemCodec.encode(
            new HistoryItem(
                event.getEventId(), occurredAt, interaction.getInput(), interaction.getOutput()));
    return new Write(user, event.getTask(), event.getEventId(), occurredAt, item);
  }

  /** The verdict of an interaction on the response that it answers; null if it answers none. */
  private static UserVerdict edit(
      UserKey user, BehaviorEvent event, Interaction interaction, RawRecord raw) {
    if (interaction.getQueryId() == null) {
      return null;
    }
    Feedback feedback =
        new Feedback(interaction.getQueryId(), Verdict.EDITED, null, interaction.getOutput(), null);
    return verdict(user, event, feedback, raw);
  }

  private static UserVerdict verdict(
      UserKey user, BehaviorEvent event, Feedback feedback, RawRecord raw) {
    return new UserVerdict(
        user.recordKey(),
        event.getTask(),
        event.getEventId(),
        event.getOccurredAt().toEpochMilli(),
        feedback.getQueryId(),
        feedback.getVerdict(),
        feedback.getCandidate(),
        feedback.getText(),
        feedback.getRating(),
        raw.timestamp());
  }
}
