package io.hydra.model;

import java.util.List;

/**
 * What the adapter made of the LLM's samples.
 *
 * @param text the answer
 * @param candidates most probable first
 */
public record Choice(String text, List<ScoredCandidate> candidates) {
  public Choice {
    candidates = List.copyOf(candidates);
  }
}
