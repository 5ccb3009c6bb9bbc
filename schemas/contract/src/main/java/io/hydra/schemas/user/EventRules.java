package io.hydra.schemas.user;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Erasure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.avro.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rules of an acceptable {@link BehaviorEvent}, for senders and for the stream processor alike,
 * since anyone may produce. Messages name the field and the remedy, never a user's text.
 */
public final class EventRules {
  /** Largest input plus output of one event, in UTF-8 bytes: bounds a user's history in bytes. */
  public static final int MAX_TEXT_BYTES = 64 * 1024;

  /**
   * Largest output of one event, in UTF-8 bytes. Outputs are compared with each other word by word,
   * which inputs are not, so they cost more.
   */
  public static final int MAX_OUTPUT_BYTES = 16 * 1024;

  /**
   * Longest time that an event may lie ahead of its record. An age limit counts from the newest
   * event, so one from the far future would empty a history; an erasure from there would keep it
   * empty.
   */
  public static final Duration MOST_AHEAD = Duration.ofDays(1);

  private static final int MAX_EVENT_ID = 256;
  private static final int MAX_TASK = 64;

  private static final String VERDICTS =
      Stream.of(Verdict.values())
          .filter(verdict -> verdict != Verdict.UNKNOWN)
          .map(Verdict::name)
          .collect(Collectors.joining(", "));

  private EventRules() {}

  /** Tells whether {@code task} can be a task id: 1 to 64 letters, digits, '.', '_' or '-'. */
  public static boolean isTaskId(String task) {
    return UserKey.isName(task, MAX_TASK);
  }

  /**
   * The first rule that the event breaks, or empty if it is acceptable.
   *
   * @param timestamp of its record, in milliseconds; negative if it has none. Not the reader's
   *     clock, since every replay must judge alike. Senders give the time at which they send
   */
  public static Optional<String> problem(BehaviorEvent event, long timestamp) {
    try {
      var unused = validate(event, timestamp);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  /**
   * The user that an acceptable event is about.
   *
   * @param timestamp as for {@link #problem}
   * @throws IllegalArgumentException if it breaks a rule; the message names it
   */
  public static UserKey validate(BehaviorEvent event, long timestamp) {
    return validate(new UserKey(event.getTenant(), event.getUserId()), event, timestamp);
  }

  /**
   * The same for an event that came as a record.
   *
   * @param key of the record; may be null
   */
  public static UserKey validate(BehaviorEvent event, long timestamp, byte[] key) {
    return validate(UserKey.of(key, event.getTenant(), event.getUserId()), event, timestamp);
  }

  /** The first rule that the id of an event breaks, or empty. */
  static Optional<String> problemOfEventId(String field, String id) {
    return TextRules.problemOfId(field, id, MAX_EVENT_ID);
  }

  private static UserKey validate(UserKey user, BehaviorEvent event, long timestamp) {
    problemOfEventId("event_id", event.getEventId())
        .or(() -> timeProblem(event.getOccurredAt(), timestamp))
        .or(() -> payloadProblem(event))
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
    return user;
  }

  private static Optional<String> timeProblem(Instant moment, long timestamp) {
    if (moment == null) {
      return Optional.of("occurred_at must be given");
    }
    if (timestamp < 0) {
      return Optional.of(
          "the record has no timestamp to hold occurred_at against: let the producer set it");
    }
    long occurredAt = millis(moment);
    EpochUnit unit = EpochUnit.of(occurredAt);
    if (occurredAt <= 0) {
      return Optional.of("occurred_at must lie after 1970: send milliseconds since the epoch");
    }
    if (unit != EpochUnit.MILLISECONDS) {
      return Optional.of(
          "occurred_at looks like %s: send milliseconds since the epoch, from 1973 on"
              .formatted(unit));
    }
    if (occurredAt - timestamp > MOST_AHEAD.toMillis()) {
      return Optional.of(
          "occurred_at lies more than %d hours in the future: check the sender's clock, and that the unit is milliseconds since the epoch"
              .formatted(MOST_AHEAD.toHours()));
    }
    return Optional.empty();
  }

  /** Of the moments that no number of milliseconds can name, the one nearest to it. */
  private static long millis(Instant moment) {
    try {
      return moment.toEpochMilli();
    } catch (ArithmeticException e) {
      return moment.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  private static Optional<String> payloadProblem(BehaviorEvent event) {
    Object payload = event.getPayload();
    if (payload instanceof Erasure) {
      return Optional.empty();
    }
    if (payload instanceof Interaction interaction) {
      return newEventProblem(event).or(() -> interactionProblem(interaction));
    }
    if (payload instanceof Feedback feedback) {
      return newEventProblem(event).or(() -> feedbackProblem(feedback));
    }
    return Optional.of("payload must be an Interaction, a Feedback or an Erasure");
  }

  /** Rules of events that add something; a user known by an older rule can be erased. */
  private static Optional<String> newEventProblem(BehaviorEvent event) {
    if (event.getTask() == null || !isTaskId(event.getTask())) {
      return Optional.of("task must be 1 to 64 letters, digits, '.', '_' or '-'");
    }
    return TextRules.problemOfUserId(event.getUserId());
  }

  private static Optional<String> interactionProblem(Interaction interaction) {
    return textProblem("interaction.input", interaction.getInput())
        .or(() -> textProblem("interaction.output", interaction.getOutput()))
        .or(() -> sizeProblem(interaction))
        .or(() -> queryIdProblem(interaction.getQueryId()));
  }

  private static Optional<String> queryIdProblem(String queryId) {
    return queryId == null
        ? Optional.empty()
        : TextRules.problemOfId("interaction.query_id", queryId, MAX_EVENT_ID);
  }

  private static Optional<String> sizeProblem(Interaction interaction) {
    int characters = interaction.getInput().length() + interaction.getOutput().length();
    if (characters <= MAX_OUTPUT_BYTES / TextRules.MOST_BYTES) {
      return Optional.empty();
    }
    int output = TextRules.utf8Bytes(interaction.getOutput());
    if (output > MAX_OUTPUT_BYTES) {
      return Optional.of(
          "interaction.output has %d bytes, %d at most: shorten it"
              .formatted(output, MAX_OUTPUT_BYTES));
    }
    int both = output + TextRules.utf8Bytes(interaction.getInput());
    if (both > MAX_TEXT_BYTES) {
      return Optional.of(
          "interaction.input and output have %d bytes together, %d at most: shorten the input"
              .formatted(both, MAX_TEXT_BYTES));
    }
    return Optional.empty();
  }

  /**
   * A field that says nothing with its verdict is refused, not ignored: its sender means it to
   * count.
   */
  private static Optional<String> feedbackProblem(Feedback feedback) {
    Verdict verdict = feedback.getVerdict();
    if (verdict == null || verdict == Verdict.UNKNOWN) {
      return Optional.of("feedback.verdict must be one of " + VERDICTS);
    }
    return TextRules.problemOfId("feedback.query_id", feedback.getQueryId(), MAX_EVENT_ID)
        .or(() -> presenceProblem("candidate", feedback.getCandidate(), verdict, Verdict.CHOSE))
        .or(() -> presenceProblem("text", feedback.getText(), verdict, Verdict.EDITED))
        .or(() -> presenceProblem("rating", feedback.getRating(), verdict, Verdict.RATED))
        .or(
            () ->
                switch (verdict) {
                  case CHOSE -> candidateProblem(feedback.getCandidate());
                  case EDITED -> editProblem(feedback.getText());
                  case RATED -> ratingProblem(feedback.getRating());
                  default -> Optional.empty();
                });
  }

  private static Optional<String> presenceProblem(
      String field, Object value, Verdict verdict, Verdict owner) {
    if (value == null && verdict == owner) {
      return Optional.of("feedback.%s must be given with %s".formatted(field, verdict));
    }
    if (value != null && verdict != owner) {
      return Optional.of(
          "feedback.%s says nothing with %s: leave it out, or send %s"
              .formatted(field, verdict, owner));
    }
    return Optional.empty();
  }

  private static Optional<String> candidateProblem(int candidate) {
    return candidate >= 0
        ? Optional.empty()
        : Optional.of(
            "feedback.candidate is negative: send the index into the response's candidates, 0 for"
                + " the first");
  }

  /**
   * The problem with the choice of a candidate that the response does not have, or empty; that one
   * is missing is {@link #problem}'s.
   *
   * @param candidates of the response
   */
  public static Optional<String> problemOfChoice(Feedback feedback, int candidates) {
    Integer candidate = feedback.getCandidate();
    return feedback.getVerdict() == Verdict.CHOSE && candidate != null && candidate >= candidates
        ? Optional.of(
            "feedback.candidate is %d, and the response has %d candidates, counted from 0"
                .formatted(candidate, candidates))
        : Optional.empty();
  }

  private static Optional<String> editProblem(String text) {
    int bytes = TextRules.utf8Bytes(text);
    if (bytes > MAX_OUTPUT_BYTES) {
      return Optional.of(
          "feedback.text has %d bytes, %d at most: shorten it".formatted(bytes, MAX_OUTPUT_BYTES));
    }
    return textProblem("feedback.text", text);
  }

  private static Optional<String> ratingProblem(double rating) {
    // Not a number is in no interval.
    return rating >= 0 && rating <= 1
        ? Optional.empty()
        : Optional.of("feedback.rating must lie between 0 and 1: scale it, 3 of 5 stars are 0.5");
  }

  private static Optional<String> textProblem(String field, String text) {
    if (text == null || text.isBlank()) {
      return Optional.of(field + " must not be empty");
    }
    return TextRules.problemOfText(field, text);
  }
}
