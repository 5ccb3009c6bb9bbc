package io.hydra.schemas.user;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Interaction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What makes a {@link BehaviorEvent} acceptable. Checked by the producer before it sends and again
 * by the stream processor, since anyone may produce. Messages name the field and the remedy, never
 * a user's text.
 */
public final class EventRules {
  /** Largest input plus output of one event, in UTF-8 bytes: bounds a user's history in bytes. */
  public static final int MAX_TEXT_BYTES = 64 * 1024;

  /** The end of the year 9999; Redis orders by doubles, which are exact far beyond it. */
  private static final long LATEST = 253_402_300_799_999L;

  private static final int MAX_EVENT_ID = 256;
  private static final int MAX_TASK = 64;
  private static final int MOST_BYTES_A_CHAR = 3;

  private EventRules() {}

  /** Whether {@code task} can be a task id: 1 to 64 letters, digits, '.', '_' or '-'. */
  public static boolean isTaskId(String task) {
    return UserKey.isName(task, MAX_TASK);
  }

  /** The first rule that the event breaks, or empty if it is acceptable. */
  public static Optional<String> problem(BehaviorEvent event) {
    try {
      UserKey unused = new UserKey(event.getTenant(), event.getUserId());
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
    String id = event.getEventId();
    if (id.isBlank() || id.length() > MAX_EVENT_ID) {
      return Optional.of("event_id must have 1 to " + MAX_EVENT_ID + " characters");
    }
    long occurredAt = event.getOccurredAt().toEpochMilli();
    if (occurredAt <= 0 || occurredAt > LATEST) {
      return Optional.of(
          "occurred_at must lie between 1970 and 9999: send milliseconds since the epoch");
    }
    Object payload = event.getPayload();
    if (payload instanceof Interaction interaction) {
      return taskProblem(event).or(() -> interactionProblem(interaction));
    }
    if (payload instanceof Feedback feedback) {
      return taskProblem(event)
          .or(
              () ->
                  feedback.getQueryId().isBlank()
                      ? Optional.of("feedback.query_id must name the query it is about")
                      : Optional.empty());
    }
    return Optional.empty();
  }

  private static Optional<String> taskProblem(BehaviorEvent event) {
    return isTaskId(event.getTask())
        ? Optional.empty()
        : Optional.of("task must be 1 to 64 letters, digits, '.', '_' or '-'");
  }

  private static Optional<String> interactionProblem(Interaction interaction) {
    if (interaction.getInput().isBlank()) {
      return Optional.of("interaction.input must not be empty");
    }
    if (interaction.getOutput().isBlank()) {
      return Optional.of("interaction.output must not be empty");
    }
    int chars = interaction.getInput().length() + interaction.getOutput().length();
    if (chars <= MAX_TEXT_BYTES / MOST_BYTES_A_CHAR) {
      return Optional.empty();
    }
    int bytes =
        interaction.getInput().getBytes(StandardCharsets.UTF_8).length
            + interaction.getOutput().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_TEXT_BYTES) {
      return Optional.of(
          "interaction.input and output have %d bytes together, %d at most: shorten the input"
              .formatted(bytes, MAX_TEXT_BYTES));
    }
    return Optional.empty();
  }
}
