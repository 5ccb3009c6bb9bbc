package io.hydra.schemas.user;

import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Trial;
import io.hydra.schemas.avro.TrialItems;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Rules of an answerable {@link Query}, for the client and for serving alike, since anyone may
 * produce. Messages name the field and the remedy, never a user's text.
 */
public final class QueryRules {
  private static final int MAX_QUERY_ID = 256;
  private static final int MAX_WITHOUT = 100;

  /** 2001 in seconds: a deadline before it is over by any unit, and says so. */
  private static final long RECENT_SECONDS = 1_000_000_000;

  private QueryRules() {}

  /** The first rule that the query breaks, or empty if it is acceptable. */
  public static Optional<String> problem(Query query) {
    return problem(query, () -> new UserKey(query.getTenant(), query.getUserId()));
  }

  /**
   * The user that an answerable query is of.
   *
   * @throws IllegalArgumentException if it breaks a rule; the message names it
   */
  public static UserKey validate(Query query) {
    problem(query)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
    return new UserKey(query.getTenant(), query.getUserId());
  }

  /**
   * As {@link #problem(Query)}, for a query that came as a record.
   *
   * @param key of the record; may be null
   */
  public static Optional<String> problem(Query query, byte[] key) {
    return problem(query, () -> UserKey.of(key, query.getTenant(), query.getUserId()));
  }

  private static Optional<String> problem(Query query, Supplier<UserKey> user) {
    try {
      var unused = user.get();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
    return TextRules.problemOfUserId(query.getUserId())
        .or(() -> problemOfQueryId(query.getQueryId()))
        .or(() -> problemOfInput(query.getInput()))
        .or(() -> problemOfDeadline(query.getDeadline()))
        .or(() -> problemOfTrial(query.getTrial(), query.getPersonalize()));
  }

  /** The first rule that a query id breaks, or empty. */
  public static Optional<String> problemOfQueryId(String id) {
    return TextRules.problemOfId("query_id", id, MAX_QUERY_ID);
  }

  private static Optional<String> problemOfTrial(Trial trial, boolean personalize) {
    if (trial == null) {
      return Optional.empty();
    }
    if (!personalize) {
      return Optional.of("trial is of a personalized answer: leave personalize out");
    }
    if (trial.getItems() == TrialItems.UNKNOWN) {
      return Optional.of("trial.items is none of reranked, retrieved and latest");
    }
    if (trial.getWithout().size() > MAX_WITHOUT) {
      return Optional.of("trial.without has more than %d event ids".formatted(MAX_WITHOUT));
    }
    return trial.getWithout().stream()
        .flatMap(id -> EventRules.problemOfEventId("trial.without", id).stream())
        .findFirst();
  }

  private static Optional<String> problemOfInput(String input) {
    if (input == null || input.isBlank()) {
      return Optional.of("input must not be empty");
    }
    if (TextRules.utf8Bytes(input) > EventRules.MAX_TEXT_BYTES) {
      return Optional.of(
          "input has more than %d bytes: shorten it".formatted(EventRules.MAX_TEXT_BYTES));
    }
    return TextRules.problemOfText("input", input);
  }

  private static Optional<String> problemOfDeadline(Instant at) {
    long deadline;
    try {
      deadline = at.toEpochMilli();
    } catch (ArithmeticException e) {
      return Optional.of("deadline is further away than milliseconds since 1970 can count");
    }
    EpochUnit unit = EpochUnit.of(deadline);
    if (unit == EpochUnit.MILLISECONDS || deadline < RECENT_SECONDS) {
      return Optional.empty();
    }
    return Optional.of("deadline looks like %s: send milliseconds since 1970".formatted(unit));
  }
}
