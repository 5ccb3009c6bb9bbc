package io.hydra.serving.answer;

import io.hydra.llm.Deadline;
import io.hydra.runtime.trace.Tracing;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.StageTiming;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.QueryRules;
import io.hydra.schemas.user.TextRules;
import io.hydra.schemas.user.UserKey;
import io.hydra.serving.policy.Budgets;
import io.hydra.serving.reply.ReplyRouter.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A decoded query on its way, with all that its response needs of its record.
 *
 * @param key of its record; may be null
 * @param askedAt the record's timestamp, which a second delivery repeats; the epoch if it has none
 * @param acceptedAt the time at which the record was read
 * @param deadline the query's or, if it names none, the policy's; if that is too far away, the end
 *     of the longest answer time; abandoned once somebody else answers the query
 * @param perhapsAgain whether the query may have been answered before, by an earlier owner of its
 *     partition
 * @param route of the response; what it complains of, the answer will lack
 * @param stages started when the record was accepted
 * @param span of all that is done about it
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record Question(
    Query query,
    byte[] key,
    Instant askedAt,
    Instant acceptedAt,
    Deadline deadline,
    boolean perhapsAgain,
    Route route,
    StageClock stages,
    Tracing.Span span) {
  /** The deadline of a query that leaves it to the policy. */
  public static final Instant NO_DEADLINE = Instant.EPOCH;

  private static final Tracing.Span UNTRACED = Tracing.OFF.send("", name -> null);

  /** A query that is not traced. */
  public Question(
      Query query,
      byte[] key,
      Instant askedAt,
      Instant acceptedAt,
      Deadline deadline,
      boolean perhapsAgain,
      Route route,
      StageClock stages) {
    this(query, key, askedAt, acceptedAt, deadline, perhapsAgain, route, stages, UNTRACED);
  }

  /**
   * Splits the time since a record was accepted into stages that follow each other. Used by one
   * thread at a time.
   */
  public static final class StageClock {
    private final LongSupplier nanos;
    private final long accepted;
    private final List<StageTiming> stages = new ArrayList<>();
    private long last;

    /**
     * @param nanos a monotonic clock
     * @param accepted its reading when the record was accepted
     */
    public StageClock(LongSupplier nanos, long accepted) {
      this.nanos = nanos;
      this.accepted = accepted;
      this.last = accepted;
    }

    /** Ends a stage: the time since the previous one belongs to it. */
    void finish(String stage) {
      long now = nanos.getAsLong();
      stages.add(new StageTiming(stage, TimeUnit.NANOSECONDS.toMicros(now - last)));
      last = now;
    }

    /** The stages so far, and {@code total} since the record was accepted. */
    List<StageTiming> read() {
      List<StageTiming> all = new ArrayList<>(stages);
      all.add(
          new StageTiming("total", TimeUnit.NANOSECONDS.toMicros(nanos.getAsLong() - accepted)));
      return all;
    }
  }

  /**
   * The identifiers that a response repeats. Those of a query that break their rule are blank: they
   * may be of any size, and a part of one may be another user's.
   */
  record Identifiers(String queryId, String tenant, String userId, String task) {
    static Identifiers of(Response response) {
      return new Identifiers(
          response.getQueryId(), response.getTenant(), response.getUserId(), response.getTask());
    }
  }

  Identifiers identifiers() {
    return new Identifiers(
        QueryRules.problemOfQueryId(query.getQueryId()).isEmpty() ? query.getQueryId() : "",
        UserKey.isTenant(query.getTenant()) ? query.getTenant() : "",
        TextRules.problemOfUserId(query.getUserId()).isEmpty() ? query.getUserId() : "",
        EventRules.isTaskId(query.getTask()) ? query.getTask() : "");
  }

  /** The query's user. Only for a query that {@link QueryRules} accept. */
  UserKey user() {
    return new UserKey(query.getTenant(), query.getUserId());
  }

  /** The query's name among those that are paid for. */
  public Budgets.Id id() {
    return new Budgets.Id(
        query.getTenant(), query.getUserId(), query.getTask(), query.getQueryId());
  }

  /**
   * The reason for a query whose time was up when, or before, its turn came; with a hint where a
   * clock may be to blame.
   */
  String lateness() {
    Instant asked = query.getDeadline();
    if (asked.equals(NO_DEADLINE) && asked.equals(deadline.at())) {
      return "the query leaves its deadline to the policy, by 0, and the policy has no"
          + " defaultDeadline: set one, or name a deadline";
    }
    if (asked.isAfter(deadline.at())) {
      return "the query waited for its turn for as long as an answer may take at most"
          + " (--max-answer-time, and maxDeadline of the policy)";
    }
    if (asked.isBefore(deadline.at())) {
      return "the query named no deadline, and waited for its turn for as long as the policy gives"
          + " it (defaultDeadline)";
    }
    if (acceptedAt.isBefore(asked)) {
      return "the deadline passed while the query waited for its turn";
    }
    // A deadline may lie further back than milliseconds can count.
    Duration late = Duration.between(asked, acceptedAt);
    long millis = late.toSeconds() < Long.MAX_VALUE / 1_000 ? late.toMillis() : Long.MAX_VALUE;
    return "the deadline had passed before work began, by %d ms when the query was read: if that is"
            .formatted(millis)
        + " usual, compare the clocks of the app and of serving";
  }

  /** The reason for a query whose time was up while Redis was asked; {@code faults} are Redis'. */
  static String latenessWhileLookingUp(List<String> faults) {
    return faults.isEmpty()
        ? "the deadline passed before the LLM was asked"
        : "the query may have been answered before, and what would tell was not to be had before"
            + " the deadline: "
            + String.join("; ", faults);
  }
}
