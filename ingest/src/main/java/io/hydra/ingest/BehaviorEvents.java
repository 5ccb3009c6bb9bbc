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

  /** The user took a response as it was, or refused it. */
  public static BehaviorEvent judged(
      String eventId,
      UserKey user,
      String task,
      Instant occurredAt,
      String queryId,
      boolean accepted) {
    Verdict verdict = accepted ? Verdict.ACCEPTED : Verdict.REJECTED;
    return event(eventId, user, task, occurredAt, new Feedback(queryId, verdict, null, null, null));
  }

  /** The user preferred candidate {@code candidate} of the response. */
  public static BehaviorEvent chose(
      String eventId, UserKey user, String task, Instant at, String queryId, int candidate) {
    Feedback feedback = new Feedback(queryId, Verdict.CHOSE, candidate, null, null);
    return event(eventId, user, task, at, feedback);
  }

  /** The user rewrote the response to {@code text}. */
  public static BehaviorEvent edited(
      String eventId, UserKey user, String task, Instant at, String queryId, String text) {
    Feedback feedback = new Feedback(queryId, Verdict.EDITED, null, text, null);
    return event(eventId, user, task, at, feedback);
  }

  /** The user rated the response, from 0 to 1. */
  public static BehaviorEvent rated(
      String eventId, UserKey user, String task, Instant at, String queryId, double rating) {
    Feedback feedback = new Feedback(queryId, Verdict.RATED, null, null, rating);
    return event(eventId, user, task, at, feedback);
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
