package io.hydra.ingest;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Erasure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.user.UserKey;
import java.time.Instant;

/** The kinds of event that an app sends. */
public final class BehaviorEvents {
  private BehaviorEvents() {}

  /** The user met an input and gave an output of their own. */
  public static BehaviorEvent interaction(
      String eventId, UserKey user, String task, Instant occurredAt, String input, String output) {
    return event(eventId, user, task, occurredAt, new Interaction(input, output, null));
  }

  /**
   * The user was shown the response to a query and gave an output of their own: an interaction, and
   * feedback on the response as well.
   */
  public static BehaviorEvent answered(
      String eventId,
      UserKey user,
      String task,
      Instant occurredAt,
      String queryId,
      String input,
      String output) {
    return event(eventId, user, task, occurredAt, new Interaction(input, output, queryId));
  }

  /** The user took the response as it was. */
  public static BehaviorEvent accepted(
      String eventId, UserKey user, String task, Instant occurredAt, String queryId) {
    Feedback feedback = new Feedback(queryId, Verdict.ACCEPTED, null, null, null);
    return event(eventId, user, task, occurredAt, feedback);
  }

  /** The user refused the response. */
  public static BehaviorEvent rejected(
      String eventId, UserKey user, String task, Instant occurredAt, String queryId) {
    Feedback feedback = new Feedback(queryId, Verdict.REJECTED, null, null, null);
    return event(eventId, user, task, occurredAt, feedback);
  }

  /** The user preferred one of the response's candidates: the index of it, 0 for the first. */
  public static BehaviorEvent chose(
      String eventId,
      UserKey user,
      String task,
      Instant occurredAt,
      String queryId,
      int candidate) {
    Feedback feedback = new Feedback(queryId, Verdict.CHOSE, candidate, null, null);
    return event(eventId, user, task, occurredAt, feedback);
  }

  /** The user rewrote the response to {@code text}. */
  public static BehaviorEvent edited(
      String eventId, UserKey user, String task, Instant occurredAt, String queryId, String text) {
    Feedback feedback = new Feedback(queryId, Verdict.EDITED, null, text, null);
    return event(eventId, user, task, occurredAt, feedback);
  }

  /** The user rated the response, from 0 to 1; 0.5 says nothing. */
  public static BehaviorEvent rated(
      String eventId,
      UserKey user,
      String task,
      Instant occurredAt,
      String queryId,
      double rating) {
    Feedback feedback = new Feedback(queryId, Verdict.RATED, null, null, rating);
    return event(eventId, user, task, occurredAt, feedback);
  }

  /** Forget all that this user did up to and including {@code upTo}. */
  public static BehaviorEvent erasure(String eventId, UserKey user, Instant upTo) {
    return event(eventId, user, "", upTo, new Erasure());
  }

  private static BehaviorEvent event(
      String eventId, UserKey user, String task, Instant occurredAt, Object payload) {
    return new BehaviorEvent(eventId, user.tenant(), user.userId(), task, occurredAt, payload);
  }
}
