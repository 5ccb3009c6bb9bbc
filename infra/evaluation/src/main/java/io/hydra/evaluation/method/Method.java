package io.hydra.evaluation.method;

import io.hydra.model.task.TaskSpec;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The methods compared, in the order in which they are shown. */
public enum Method {
  /** The question alone, at temperature 0. */
  ZERO_SHOT("zero-shot"),
  /** k of the user's items, drawn at random, as examples. */
  ICL_RANDOM("icl-random"),
  /** The k newest items as examples: what people would write themselves. */
  LAST_N("last-n"),
  /** The user's most frequent label (median where options are ordered): no LLM. Closed tasks. */
  USUAL_LABEL("usual-label"),
  /** The k nearest items by BM25 as examples. */
  RAG("rag"),
  /** The same prompt, b samples at the task's temperature, and a vote. */
  RAG_VOTE("rag-vote"),
  /** RAG with an LLM-written profile of the user in front. */
  PAG("pag"),
  /** The paper's own form: heads fitted from scratch for each user. */
  HYDRA_PAPER("hydra-paper"),
  /** Reranked examples, one answer at temperature 0. */
  HYDRA_RERANKER("hydra-reranker"),
  /** BM25's examples, b samples, chosen by the adapter. */
  HYDRA_ADAPTER("hydra-adapter"),
  /** Both halves with δ = 0. */
  HYDRA_POPULATION("hydra-population"),
  /** HYDRA, without a call where the head is certain enough alone. Closed tasks. */
  HYDRA_SAVING("hydra-saving"),
  /** HYDRA's samples, chosen with the own part of the next user measured. */
  HYDRA_SWAPPED("hydra-swapped"),
  /** HYDRA, with personal data hidden from the LLM. */
  HYDRA_REDACTED("hydra-redacted"),
  /** The one of hydra's samples that is closest to the user's own text: a bound. Open text. */
  ORACLE("oracle"),
  /** Both halves with the user's own part. */
  HYDRA("hydra");

  private final String id;

  Method(String id) {
    this.id = id;
  }

  public String id() {
    return id;
  }

  /** Tells whether the method exists for a task: some need options, one has no use for them. */
  public boolean fits(TaskSpec task) {
    return switch (this) {
      case USUAL_LABEL, HYDRA_SAVING -> task.isClosed();
      case ORACLE -> !task.isClosed();
      default -> true;
    };
  }

  public static List<String> ids() {
    return Arrays.stream(values()).map(Method::id).toList();
  }

  /**
   * @return in the order of showing
   * @throws IllegalArgumentException naming what is unknown and what is known
   */
  public static Set<Method> parse(List<String> ids) {
    Set<String> unknown = new LinkedHashSet<>(ids);
    unknown.removeAll(ids());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "no method %s; there are %s".formatted(unknown, String.join(", ", ids())));
    }
    return Arrays.stream(values())
        .filter(m -> ids.contains(m.id))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
