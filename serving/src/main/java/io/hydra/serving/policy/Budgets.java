package io.hydra.serving.policy;

import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.config.Sha256;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The accounts of tenants: amounts spent, folded from the responses, and amounts reserved for the
 * queries under way; see the package. Thread-safe.
 */
public final class Budgets {
  /** Requests under way may turn out to cost less, and usually soon. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** The task of an account of all of a tenant's tasks together. */
  public static final String ALL_TASKS = "";

  private static final Account NO_ACCOUNT = new Account();

  private final Supplier<Policies> policies;
  private final Clock clock;
  private final Listener listener;
  private final Map<Scope, Account> accounts = new HashMap<>();
  private final Map<Id, Reservation> reservations = new HashMap<>();

  /** The responses of a day that were added up. */
  private final Map<Long, LongSet> seen = new HashMap<>();

  private long today = Long.MIN_VALUE;

  /** Told of every account that is kept from now on. */
  public interface Listener {
    /**
     * @param task {@link #ALL_TASKS} for the tenant's as a whole
     */
    void opened(Budgets budgets, String tenant, String task);
  }

  /** Names a query. */
  public record Id(String tenant, String userId, String task, String queryId) {
    static Id of(Response response) {
      return new Id(
          response.getTenant(), response.getUserId(), response.getTask(), response.getQueryId());
    }
  }

  /**
   * The reason why the LLM is not asked.
   *
   * @param retryAt the time from which it may be; null if never under this policy
   */
  public record Refusal(ResponseStatus status, Instant retryAt, String reason) {}

  private record Scope(String tenant, String task) {}

  private record Amount(long requests, long tokens) {
    static final Amount NOTHING = new Amount(0, 0);

    Amount plus(Amount other, int sign) {
      return new Amount(requests + sign * other.requests, tokens + sign * other.tokens);
    }

    long of(Limit limit) {
      return limit.isOfTokens() ? tokens : requests;
    }
  }

  private record Reservation(Amount amount, boolean settled) {}

  /** Of the current windows, and of those that instances with a faster clock have begun. */
  private static final class Account {
    final Map<Long, Amount> minutes = new HashMap<>();
    final Map<Long, Amount> days = new HashMap<>();
    Amount reserved = Amount.NOTHING;

    Map<Long, Amount> windows(Limit limit) {
      return limit.isOfDay() ? days : minutes;
    }

    long spent(Limit limit, Instant now) {
      return windows(limit).getOrDefault(limit.window(now), Amount.NOTHING).of(limit);
    }

    boolean isOver(Instant now) {
      return reserved.requests() == 0
          && days.keySet().stream().allMatch(day -> day < Limit.TOKENS_PER_DAY.window(now));
    }

    void add(Amount amount, Instant at, Instant now) {
      for (Limit limit : List.of(Limit.TOKENS_PER_MINUTE, Limit.TOKENS_PER_DAY)) {
        Map<Long, Amount> windows = windows(limit);
        windows.keySet().removeIf(window -> window < limit.window(now));
        if (limit.window(at) >= limit.window(now)) {
          windows.merge(limit.window(at), amount, (a, b) -> a.plus(b, 1));
        }
      }
    }
  }

  public Budgets(Supplier<Policies> policies, Clock clock, Listener listener) {
    this.policies = policies;
    this.clock = clock;
    this.listener = listener;
  }

  /** The beginning of the earliest window that is still open. */
  public static Instant openSince(Instant now) {
    return Limit.TOKENS_PER_DAY.end(now).minus(Duration.ofDays(1));
  }

  /** Adds up a response that a topic has, unless it was before. */
  public synchronized void add(Response response) {
    Id id = Id.of(response);
    Reservation reserved = reservations.get(id);
    if (reserved != null && reserved.settled()) {
      release(id);
    }
    Instant now = clock.instant();
    Instant at = response.getAnsweredAt();
    long current = begin(now);
    long day = Limit.TOKENS_PER_DAY.window(at);
    if (response.getLlmCalls() == 0 || day < current) {
      return;
    }
    if (!seen.computeIfAbsent(day, d -> new LongSet()).add(digest(id, response))) {
      return;
    }
    Amount amount = new Amount(1, response.getPromptTokens() + response.getCompletionTokens());
    account(id.tenant(), ALL_TASKS).add(amount, at, now);
    account(id.tenant(), id.task()).add(amount, at, now);
  }

  /** Returns the day, and drops what is of earlier ones where it has just begun. */
  private long begin(Instant now) {
    long day = Limit.TOKENS_PER_DAY.window(now);
    if (day > today) {
      today = day;
      seen.keySet().removeIf(earlier -> earlier < day);
      accounts.values().removeIf(account -> account.isOver(now));
    }
    return day;
  }

  /**
   * Reserves a request to the LLM, to be {@linkplain #settle settled} or {@linkplain #forget
   * forgotten}.
   *
   * @param tokens the most that it can cost
   * @return the refusal; empty if it is reserved
   */
  public synchronized Optional<Refusal> reserve(Id id, long tokens) {
    release(id);
    Optional<Refusal> refusal = refusal(id, tokens);
    if (refusal.isEmpty()) {
      hold(id, new Reservation(new Amount(1, tokens), false));
    }
    return refusal;
  }

  /** The reason why a request of so many tokens may not be made now. */
  public synchronized Optional<Refusal> refusal(Id id, long tokens) {
    Policies current = policies.get();
    Amount amount = new Amount(1, tokens);
    long unused = begin(clock.instant());
    return refusal(id.tenant(), ALL_TASKS, current.of(id.tenant()), amount)
        .or(() -> refusal(id.tenant(), id.task(), current.within(id.tenant(), id.task()), amount));
  }

  private Optional<Refusal> refusal(String tenant, String task, Policy policy, Amount amount) {
    for (Limit limit : Limit.values()) {
      Long most = policy.limit(limit);
      if (most != null) {
        Instant now = clock.instant();
        Account account = accounts.getOrDefault(new Scope(tenant, task), NO_ACCOUNT);
        long wanted = amount.of(limit);
        long spent = account.spent(limit, now);
        if (spent + account.reserved.of(limit) + wanted <= most) {
          continue;
        }
        String name =
            "%s of %s (%d)"
                .formatted(limit.key(), task.equals(ALL_TASKS) ? "the tenant" : "the task", most);
        if (wanted > most) {
          return Optional.of(
              new Refusal(
                  limit.refusal(),
                  null,
                  "%s is less than one request may cost, %d".formatted(name, wanted)));
        }
        if (spent + wanted > most) {
          return Optional.of(
              new Refusal(
                  limit.refusal(),
                  limit.end(now),
                  "%d are spent of %s, and this request may cost %d"
                      .formatted(spent, name, wanted)));
        }
        return Optional.of(
            new Refusal(
                ResponseStatus.RATE_LIMITED,
                now.plus(SOON),
                "what is left of %s is reserved for requests under way".formatted(name)));
      }
    }
    return Optional.empty();
  }

  /** Notes what a reserved request did cost: reserved until its response is read. */
  public synchronized void settle(Id id, long tokens) {
    if (reservations.containsKey(id)) {
      release(id);
      hold(id, new Reservation(new Amount(1, tokens), true));
    }
  }

  /** Gives back what is reserved for a query of which no response was sent from here. */
  public synchronized void forget(Id id) {
    release(id);
  }

  private void hold(Id id, Reservation reservation) {
    reservations.put(id, reservation);
    reserve(id, reservation.amount(), 1);
  }

  private void release(Id id) {
    Reservation reservation = reservations.remove(id);
    if (reservation != null) {
      reserve(id, reservation.amount(), -1);
    }
  }

  private void reserve(Id id, Amount amount, int sign) {
    for (String task : List.of(ALL_TASKS, id.task())) {
      Account account = account(id.tenant(), task);
      account.reserved = account.reserved.plus(amount, sign);
    }
  }

  /** The amount spent in the current window, by the topics. */
  public synchronized long spent(String tenant, String task, Limit limit) {
    Account account = accounts.get(new Scope(tenant, task));
    return account == null ? 0 : account.spent(limit, clock.instant());
  }

  /** The amount reserved beside the one spent. */
  public synchronized long reserved(String tenant, String task, Limit limit) {
    Account account = accounts.get(new Scope(tenant, task));
    return account == null ? 0 : account.reserved.of(limit);
  }

  /** The limit that holds now; 0 if there is none, or nothing may be spent. */
  public long limit(String tenant, String task, Limit limit) {
    Policies current = policies.get();
    Policy policy = task.equals(ALL_TASKS) ? current.of(tenant) : current.within(tenant, task);
    Long most = policy.limit(limit);
    return most == null ? 0 : most;
  }

  private Account account(String tenant, String task) {
    Scope scope = new Scope(tenant, task);
    Account known = accounts.get(scope);
    if (known == null) {
      known = new Account();
      accounts.put(scope, known);
      listener.opened(this, tenant, task);
    }
    return known;
  }

  /**
   * Tells responses apart. One that is sent again, withheld or shortened has the same moment and
   * cost; another answer to the same query has not.
   */
  private static long digest(Id id, Response response) {
    String text =
        String.join(
            "\n",
            id.tenant(),
            id.userId(),
            id.queryId(),
            Long.toString(response.getAnsweredAt().toEpochMilli()),
            Long.toString(response.getPromptTokens()),
            Long.toString(response.getCompletionTokens()));
    return ByteBuffer.wrap(Sha256.of(text)).getLong();
  }
}
