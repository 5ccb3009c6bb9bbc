package io.hydra.infra.fault;

import io.hydra.infra.fault.ScriptedLlm.Call;
import io.hydra.schemas.avro.Response;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * What a call to the LLM was made for, by evidence: which process made it, and which call gave the
 * answer that stands. Of two answers to a query the one recorded first stands, and each process
 * reads the record before it asks, so:
 *
 * <ul>
 *   <li>a call before the one that stands had left no record when that one was made;
 *   <li>a call after it is due only where it began before there was that answer.
 * </ul>
 *
 * <p>The time for which a process had the LLM's answer before it died proves nothing: on a busy
 * machine it may be seconds.
 */
enum CallAccount {
  /** The answer counts it among its calls. */
  TOLD,
  /** Its process was killed before it had recorded what came of it. */
  DIED,
  /** The partition moved while it was under way. */
  MOVED,
  UNEXPLAINED;

  /**
   * @param calls all about one query
   * @param answer of that query, which was paid for; null if there is none
   * @param killed the processes that were killed
   */
  static CallAccount of(Call call, List<Call> calls, Response answer, Set<String> killed) {
    Call standing =
        answer == null
            ? null
            : calls.stream()
                // A call without a reply names none.
                .filter(c -> answer.getLlm().isEmpty() || c.id().equals(answer.getLlm()))
                .max(Comparator.comparing(Call::begun))
                .orElse(null);
    boolean isOwn = standing != null && call.asker().equals(standing.asker());
    if (standing != null && call.begun().isAfter(standing.begun())) {
      return !isOwn && !call.begun().isAfter(answer.getAnsweredAt()) ? MOVED : UNEXPLAINED;
    }
    if (isOwn) {
      long since =
          calls.stream()
              .filter(c -> c.asker().equals(call.asker()))
              .filter(c -> !c.begun().isBefore(call.begun()))
              .filter(c -> !c.begun().isAfter(standing.begun()))
              .count();
      return since <= answer.getLlmCalls() ? TOLD : UNEXPLAINED;
    }
    if (killed.contains(call.asker())) {
      return DIED;
    }
    return standing == null ? UNEXPLAINED : MOVED;
  }
}
