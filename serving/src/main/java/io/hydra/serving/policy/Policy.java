package io.hydra.serving.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The bounds of a tenant, or of a tenant within a task. Null stands for not stated.
 *
 * @param requestsPerMinute queries for which the LLM is asked, in a minute of the clock
 * @param tokensPerMinute of prompts and completions
 * @param requestsPerDay in a day of UTC
 * @param concurrency of a tenant: its queries handled at once by an instance of serving; others
 *     wait
 * @param defaultDeadline of queries that name none
 * @param maxDeadline from when a query is read
 * @param fallbackModels asked in order, where the model before gave no reply
 * @param maxPromptTokens the window of the model, less what its answer needs
 * @param redact whether personal data are hidden from the LLM
 * @param tasks of a tenant: the policies within a task, which hold beside the tenant's
 */
public record Policy(
    Long requestsPerMinute,
    Long tokensPerMinute,
    Long requestsPerDay,
    Long tokensPerDay,
    Integer concurrency,
    Duration defaultDeadline,
    Duration maxDeadline,
    List<String> fallbackModels,
    Integer maxPromptTokens,
    Boolean redact,
    Map<String, Policy> tasks) {
  static final Policy NONE =
      new Policy(null, null, null, null, null, null, null, null, null, null, null);

  private static final int LEAST_PROMPT_TOKENS = 512;

  public Policy {
    fallbackModels = fallbackModels == null ? null : List.copyOf(fallbackModels);
    tasks = tasks == null ? Map.of() : Map.copyOf(tasks);
  }

  /** This policy, completed by the other where it states nothing; the tasks are this one's. */
  Policy or(Policy other) {
    return new Policy(
        first(other, Policy::requestsPerMinute),
        first(other, Policy::tokensPerMinute),
        first(other, Policy::requestsPerDay),
        first(other, Policy::tokensPerDay),
        first(other, Policy::concurrency),
        first(other, Policy::defaultDeadline),
        first(other, Policy::maxDeadline),
        first(other, Policy::fallbackModels),
        first(other, Policy::maxPromptTokens),
        first(other, Policy::redact),
        tasks);
  }

  private <T> T first(Policy other, Function<Policy, T> key) {
    T own = key.apply(this);
    return own == null ? key.apply(other) : own;
  }

  /** Fallback models, none if nothing is said. */
  public List<String> fallbacks() {
    return fallbackModels == null ? List.of() : fallbackModels;
  }

  Long limit(Limit limit) {
    return switch (limit) {
      case REQUESTS_PER_DAY -> requestsPerDay;
      case TOKENS_PER_DAY -> tokensPerDay;
      case REQUESTS_PER_MINUTE -> requestsPerMinute;
      case TOKENS_PER_MINUTE -> tokensPerMinute;
    };
  }

  /** The problems of this policy; {@code ofTask} if it is of a task. */
  List<String> problems(boolean ofTask) {
    List<String> problems = new ArrayList<>();
    for (Limit limit : Limit.values()) {
      if (limit(limit) != null && limit(limit) < 0) {
        problems.add(limit.key() + ": must be 0 or more");
      }
    }
    if (concurrency != null && concurrency < 1) {
      problems.add("concurrency: must be 1 or more");
    }
    if (defaultDeadline != null && defaultDeadline.isZero()) {
      problems.add("defaultDeadline: must be more than nothing");
    }
    if (maxDeadline != null && maxDeadline.isZero()) {
      problems.add("maxDeadline: must be more than nothing");
    }
    if (fallbacks().stream().anyMatch(String::isBlank)) {
      problems.add("fallbackModels: must be names of models");
    }
    if (maxPromptTokens != null && maxPromptTokens < LEAST_PROMPT_TOKENS) {
      problems.add("maxPromptTokens: must be %d or more".formatted(LEAST_PROMPT_TOKENS));
    }
    if (ofTask && concurrency != null) {
      problems.add("concurrency: is a tenant's, not a task's");
    }
    if (ofTask && !tasks.isEmpty()) {
      problems.add("tasks: a task has none of its own");
    }
    if (!ofTask) {
      tasks.forEach(
          (task, policy) -> {
            if (policy == null) {
              problems.add("tasks." + task + ": is empty");
            } else {
              policy.problems(true).forEach(p -> problems.add("tasks." + task + "." + p));
            }
          });
    }
    return problems;
  }
}
