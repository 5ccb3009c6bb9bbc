package io.hydra.llm;

import io.hydra.llm.LlmException.Kind;
import io.hydra.llm.LlmReply.Loss;
import io.hydra.llm.Transport.Choice;
import io.hydra.llm.Transport.Completion;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Gets a request's n samples from an endpoint, whatever it gives in one call.
 *
 * <p>Implementation note.
 *
 * <ol>
 *   <li>One call asks for all n. Where fewer come, the rest is asked for in parallel, in calls of
 *       as many as came, until all are there, a round gives none, or n calls have been made
 *       (retries and refused fields apart).
 *   <li>An endpoint that is known to give one choice in a call, because it refused more or ignored
 *       n {@value #SURE} times in a row, is sent n calls of one at once.
 *   <li>Where a reply holds no text at all, the rest is not asked for: it would cost the same
 *       again. After reasoning alone, the next request begins with a single call.
 *   <li>Where samples are there already, or several calls are under way, calls end in three
 *       quarters of the time left: one that is slow must not take the others' answer past the
 *       deadline.
 * </ol>
 */
final class Sampling {
  private static final int SURE = 3;
  private static final Predicate<Choice> REASONING_ONLY = c -> c.loss() == Loss.REASONING;

  private final Attempts attempts;
  private final Clock clock;
  private final ConcurrentHashMap<String, AtomicInteger> ignoredInARow = new ConcurrentHashMap<>();
  private final Set<String> silent = ConcurrentHashMap.newKeySet();

  Sampling(Attempts attempts, Clock clock) {
    this.attempts = attempts;
    this.clock = clock;
  }

  CompletableFuture<LlmReply> complete(LlmRequest request, Deadline deadline) {
    Run run = new Run(request, deadline);
    return run.round(run.first());
  }

  /** A model that gives one choice in a call. */
  private boolean givesOne(String model) {
    AtomicInteger ignored = ignoredInARow.get(model);
    return !attempts.givesChoices(model) || (ignored != null && ignored.get() >= SURE);
  }

  private void learn(String model, int wanted, int given) {
    if (wanted > 1 && attempts.givesChoices(model)) {
      int unused =
          ignoredInARow
              .computeIfAbsent(model, m -> new AtomicInteger())
              .updateAndGet(before -> given == 1 ? Math.min(before + 1, SURE) : 0);
    }
  }

  /** One request; its rounds follow each other. */
  private final class Run {
    private final LlmRequest request;
    private final Deadline deadline;
    private final long began = clock.millis();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<Completion> parts = new ArrayList<>();
    private int asked;

    Run(LlmRequest request, Deadline deadline) {
      this.request = request;
      this.deadline = deadline;
    }

    List<Integer> first() {
      if (request.n() > 1 && silent.contains(request.model())) {
        return List.of(1);
      }
      return givesOne(request.model()) ? Collections.nCopies(request.n(), 1) : List.of(request.n());
    }

    /**
     * @param sizes the number of choices that each of the round's calls asks for
     */
    CompletableFuture<LlmReply> round(List<Integer> sizes) {
      Deadline bound = parts.isEmpty() && sizes.size() == 1 ? deadline : deadline.early(clock);
      List<CompletableFuture<Completion>> round = new ArrayList<>();
      for (int size : sizes) {
        round.add(attempts.ask(request, size, asked++, bound, calls));
      }
      return CompletableFuture.allOf(round.toArray(CompletableFuture[]::new))
          .handle((all, error) -> endRound(sizes, round))
          .thenCompose(next -> next);
    }

    private CompletableFuture<LlmReply> endRound(
        List<Integer> sizes, List<CompletableFuture<Completion>> round) {
      int most = 0;
      boolean fewer = false;
      LlmException fault = null;
      for (int i = 0; i < round.size(); i++) {
        try {
          Completion given = round.get(i).join();
          learn(request.model(), sizes.get(i), given.choices().size());
          parts.add(given);
          most = Math.max(most, given.choices().size());
          fewer |= given.choices().size() < sizes.get(i);
        } catch (CompletionException e) {
          if (!(e.getCause() instanceof LlmException failure)) {
            throw e;
          }
          fault = fault == null ? failure : fault;
        }
      }
      if (parts.isEmpty()) {
        throw new CompletionException(fault.withCalls(calls.get()));
      }
      int missing = request.n() - parts.stream().mapToInt(p -> p.choices().size()).sum();
      boolean text = parts.stream().anyMatch(Completion::hasText);
      if (text) {
        silent.remove(request.model());
      } else if (parts.stream().flatMap(p -> p.choices().stream()).anyMatch(REASONING_ONLY)) {
        silent.add(request.model());
      }
      if (missing <= 0 || !text || fault != null || asked >= request.n()) {
        return CompletableFuture.completedFuture(reply(missing > 0 ? passing(fault) : null));
      }
      int each = givesOne(request.model()) ? 1 : fewer ? Math.max(1, most) : missing;
      return round(sizes(missing, each));
    }

    private List<Integer> sizes(int missing, int each) {
      List<Integer> sizes = new ArrayList<>();
      for (int left = missing; left > 0 && asked + sizes.size() < request.n(); left -= each) {
        sizes.add(Math.min(each, left));
      }
      return sizes;
    }

    /** An endpoint that answers, but with no more choices, would do so again. */
    private LlmException passing(LlmException fault) {
      return fault == null || fault.kind() == Kind.UNREADABLE ? null : fault;
    }

    private LlmReply reply(LlmException fault) {
      return LlmReply.of(request, parts, fault, calls.get(), clock.millis() - began);
    }
  }
}
