package io.hydra.serving.answer;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.time.Timer;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.store.UserState;
import io.hydra.serving.reply.ResponseCodec;
import io.hydra.serving.reply.ResponseCodec.Reply;
import io.hydra.serving.state.UserStates;
import io.hydra.serving.state.UserStates.UnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Reads what the store holds for a question. It waits for three things, and no longer than there is
 * time for:
 *
 * <ul>
 *   <li>a question that may have been answered before, for a store that is away: it would be paid
 *       for again, and its second answer would be another;
 *   <li>one whose answer another version of this program recorded, for the registry that has its
 *       schema, for the same reason;
 *   <li>one that wants a later version of the history, for that version. It is then answered from
 *       the one that there is.
 * </ul>
 *
 * @param codec decodes what is recorded
 * @param io may block on the store
 * @param backoff between attempts to reach a store that is away
 */
public record StateReader(
    UserStates store, ResponseCodec codec, Executor io, Clock clock, Timer timer, Backoff backoff) {
  /** An event is in its history within a moment, or something holds it up. */
  static final Duration FRESH_PATIENCE = Duration.ofSeconds(2);

  private static final Duration FRESH_PAUSE = Duration.ofMillis(25);

  static final Duration LONGEST_FRESH_PAUSE = Duration.ofMillis(400);

  /**
   * What the store holds for a question.
   *
   * @param reply the recorded one; null if there is none that can be read and is the question's
   */
  record Found(UserState state, Reply reply) {}

  /** The same for another store. */
  StateReader from(UserStates other) {
    return new StateReader(other, codec, io, clock, timer, backoff);
  }

  /** Reads the recorded response, history and heads. Call it on a thread that may block. */
  CompletableFuture<Found> read(Question question, String baseVersion) {
    Duration patience = least(question.deadline().left(clock).dividedBy(2), FRESH_PATIENCE);
    return read(question, baseVersion, clock.instant().plus(patience), FRESH_PAUSE, 0);
  }

  private CompletableFuture<Found> read(
      Question question, String baseVersion, Instant freshBy, Duration freshPause, int failures) {
    Query query = question.query();
    try {
      UserState state =
          query.getPersonalize()
              ? store.read(question.user(), query.getTask(), baseVersion, query.getQueryId())
              : store.readImpersonal(question.user(), query.getQueryId());
      Reply reply = decode(question, state.recorded()).orElse(null);
      Duration patience = Duration.between(clock.instant(), freshBy);
      if (!isTooOld(state, query)
          || patience.isNegative()
          || patience.isZero()
          || isOver(question)) {
        return completedFuture(new Found(state, reply));
      }
      // Longer each time: a version that never comes must not cost a hundred readings.
      Duration next = least(freshPause.multipliedBy(2), LONGEST_FRESH_PAUSE);
      return after(
          least(freshPause, patience), () -> read(question, baseVersion, freshBy, next, failures));
    } catch (UnavailableException | RegistryUnavailableException e) {
      boolean mayMend =
          !(e instanceof UnavailableException away) || question.perhapsAgain() && away.isAway();
      if (!mayMend || isOver(question)) {
        String fault = e.getMessage() + ": neither history nor head was used";
        return completedFuture(new Found(UserState.unknown(fault), null));
      }
      return after(
          least(backoff.delay(failures), question.deadline().left(clock)),
          () -> read(question, baseVersion, freshBy, freshPause, failures + 1));
    }
  }

  private boolean isOver(Question question) {
    return question.deadline().isPast(clock) || question.deadline().abandoned().getAsBoolean();
  }

  private static boolean isTooOld(UserState state, Query query) {
    return query.getPersonalize()
        && query.getMinHistoryVersion() != null
        && state.history().version() < query.getMinHistoryVersion()
        && state.recorded() == null
        && state.faults().isEmpty();
  }

  private <T> CompletableFuture<T> after(Duration wait, Supplier<CompletableFuture<T>> next) {
    CompletableFuture<Void> due = new CompletableFuture<>();
    Timer.Task unused = timer.after(wait, () -> due.complete(null));
    return due.thenComposeAsync(ignored -> next.get(), io);
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** Reads the recorded response, without waiting; empty if there is none to be had. */
  Optional<Reply> readRecorded(Question question) {
    try {
      return decode(
          question,
          store.readImpersonal(question.user(), question.query().getQueryId()).recorded());
    } catch (UnavailableException | RegistryUnavailableException e) {
      return Optional.empty();
    }
  }

  /**
   * The response in what is recorded, if that can be read and is the question's.
   *
   * @param recorded null if nothing is
   * @throws RegistryUnavailableException if the registry is asked, and does not answer
   */
  Optional<Reply> decode(Question question, byte[] recorded) {
    return Optional.ofNullable(recorded)
        .flatMap(codec::decode)
        .filter(r -> Question.Identifiers.of(r.response()).equals(question.identifiers()));
  }
}
