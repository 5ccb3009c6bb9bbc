package io.hydra.trainer.evidence;

import io.hydra.model.JudgedAnswer;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.user.UserKey;
import io.hydra.trainer.evidence.EvidenceRules.Decision;
import io.hydra.trainer.evidence.EvidenceStore.Row;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.avro.SchemaNormalization;

/** All evidence of one user. Changes go to the store at once. See the notes of this package. */
public final class UserEvidence {
  private static final int FACTOR = 31;

  /** Of the objects themselves, beside their texts. */
  private static final int OWN_BYTES = 400;

  /** A row's bytes, and what was decoded from them. */
  private static final int TIMES_BYTES = 4;

  private static final Comparator<Row> BY_EXPOSURE =
      Comparator.comparing((Row row) -> row.evidence().exposure().getShownAt())
          .thenComparing(Row::queryId);
  private static final Comparator<Row> BY_VERDICT =
      Comparator.comparing((Row row) -> row.evidence().verdict().getOccurredAt())
          .thenComparing(row -> row.evidence().verdict().getEventId())
          .thenComparing(Row::queryId);

  private final EvidenceStore store;
  private final EvidenceRules rules;
  private final UserKey user;

  /** By query id. */
  private final TreeMap<String, Row> rows = new TreeMap<>();

  /** By task, until some row changes. */
  private final Map<String, Long> digests = new HashMap<>();

  private Instant erasedUpTo;

  UserEvidence(
      EvidenceStore store,
      EvidenceRules rules,
      UserKey user,
      List<Row> stored,
      Instant erasedUpTo) {
    this.store = store;
    this.rules = rules;
    this.user = user;
    this.erasedUpTo = erasedUpTo;
    stored.forEach(row -> rows.put(row.queryId(), row));
  }

  /** The fate of an exposure. */
  public enum Arrival {
    KEPT,
    REPEATED,
    /** As many newer ones as may be are kept. */
    OUTNUMBERED,
    /** It is from before the user was forgotten. */
    ERASED
  }

  /** Adds what the user was shown. */
  public Arrival show(Exposure exposure) {
    if (!exposure.getAskedAt().isAfter(erasedUpTo)) {
      return Arrival.ERASED;
    }
    Evidence known = known(exposure.getQueryId());
    if (known.compareTo(exposure) <= 0) {
      return Arrival.REPEATED;
    }
    put(exposure.getQueryId(), known.with(exposure));
    return rows.containsKey(exposure.getQueryId()) ? Arrival.KEPT : Arrival.OUTNUMBERED;
  }

  /**
   * Adds what the user thought of an answer.
   *
   * @param task that the verdict names; if there is none such, the answer will tell
   */
  public Decision judge(String task, GivenVerdict verdict) {
    if (!verdict.getOccurredAt().isAfter(erasedUpTo)) {
      return Decision.of(Outcome.ERASED);
    }
    String queryId = verdict.getFeedback().getQueryId();
    Evidence known = known(queryId);
    // Bounds are per task, so made-up tasks count as one.
    Evidence judged = known.with(rules.tasks().find(task).isEmpty() ? "" : task, verdict);
    boolean fits = rules.fits(known.exposure(), verdict);
    boolean otherFits = known.verdict() != null && rules.fits(known.exposure(), known.verdict());
    if (otherFits && !fits) {
      return rules.decide(judged);
    }
    int order = fits == otherFits ? known.compareTo(verdict) : 1;
    if (order <= 0) {
      return Decision.of(order == 0 ? Outcome.REPEATED : Outcome.SUPERSEDED);
    }
    put(queryId, judged);
    Decision decision = decision(queryId);
    return otherFits ? decision.inPlaceOfAnother() : decision;
  }

  /** The task that an answer was for, if the answer is known. */
  public Optional<String> task(String queryId) {
    return Optional.ofNullable(known(queryId).exposure()).map(Exposure::getTask);
  }

  /** The verdict that stands on an answer, if one does; the answer may not be known yet. */
  public Optional<GivenVerdict> verdict(String queryId) {
    return Optional.ofNullable(known(queryId).verdict());
  }

  /** The outcome of a verdict that was kept, or has just lost its place to newer ones. */
  public Decision decision(String queryId) {
    Row row = rows.get(queryId);
    return row == null
        ? Decision.noSignal("as many verdicts on other answers as are kept are newer")
        : rules.decide(row.evidence());
  }

  /** Forgets what is from {@code moment} or before, now and for ever. */
  public void erase(Instant moment) {
    if (!moment.isAfter(erasedUpTo)) {
      return;
    }
    erasedUpTo = moment;
    store.writeErasedUpTo(user, moment);
    for (Row row : List.copyOf(rows.values())) {
      Evidence left = row.evidence().after(moment);
      if (!left.equals(row.evidence())) {
        put(row.queryId(), left);
      }
    }
  }

  /** The answers of a task that teach, ordered by query id. */
  public List<JudgedAnswer> judged(String task) {
    return taught(task)
        .map(row -> new JudgedAnswer(row.evidence().exposure(), row.evidence().verdict()))
        .toList();
  }

  /** A digest of {@link #judged}; 0 if there are none. */
  public long digest(String task) {
    return digests.computeIfAbsent(
        task,
        ofTask ->
            taught(ofTask)
                .mapToLong(row -> SchemaNormalization.fingerprint64(row.bytes()))
                .reduce(0, (sum, one) -> FACTOR * sum + one));
  }

  /** The tasks that some evidence teaches. */
  public Set<String> tasks() {
    Set<String> tasks = new TreeSet<>();
    rows.values().stream().filter(Row::teaches).forEach(row -> tasks.add(row.evidence().task()));
    return tasks;
  }

  /** Memory that it takes, roughly. */
  long bytes() {
    return OWN_BYTES
        + rows.values().stream()
            .mapToLong(row -> OWN_BYTES + TIMES_BYTES * row.bytes().length)
            .sum();
  }

  private Stream<Row> taught(String task) {
    return of(task).filter(Row::teaches);
  }

  private Stream<Row> of(String task) {
    return rows.values().stream().filter(row -> row.evidence().task().equals(task));
  }

  private Evidence known(String queryId) {
    Row row = rows.get(queryId);
    return row == null ? Evidence.NOTHING : row.evidence();
  }

  private void put(String queryId, Evidence evidence) {
    digests.clear();
    Row written = store.write(user, queryId, evidence);
    if (evidence.isEmpty()) {
      rows.remove(queryId);
    } else {
      rows.put(queryId, written);
      keepNewest(evidence.task());
    }
    store.remember(user, this);
  }

  private void keepNewest(String task) {
    keepNewest(task, rules.unjudged(), row -> row.evidence().verdict() == null, BY_EXPOSURE);
    keepNewest(task, rules.taught(), Row::teaches, BY_VERDICT);
    keepNewest(
        task,
        rules.others(),
        row -> row.evidence().verdict() != null && !row.teaches(),
        BY_VERDICT);
  }

  private void keepNewest(String task, int most, Predicate<Row> kind, Comparator<Row> order) {
    List<Row> all = of(task).filter(kind).sorted(order).toList();
    for (Row oldest : all.subList(0, Math.max(0, all.size() - most))) {
      store.write(user, oldest.queryId(), Evidence.NOTHING);
      rows.remove(oldest.queryId());
    }
  }
}
