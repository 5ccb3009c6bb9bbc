package io.hydra.infra.llm.text;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Inverse document frequencies of a set of texts, smoothed: {@code ln((n + 1) / (df + 1)) + 1}. */
public final class Idf {
  private final Map<String, Integer> documentFrequency = new HashMap<>();
  private final int documents;

  public Idf(List<List<String>> texts) {
    documents = texts.size();
    for (List<String> words : texts) {
      new HashSet<>(words).forEach(w -> documentFrequency.merge(w, 1, Integer::sum));
    }
  }

  /** At least 1; the highest for words never seen, and 1 for every word if no text was. */
  public double weight(String word) {
    return Math.log((documents + 1.0) / (documentFrequency.getOrDefault(word, 0) + 1.0)) + 1;
  }

  /** Cosine of the tf-idf vectors, {@code tf = 1 + ln(count)}: 0 (no common word) to 1. */
  public double similarity(List<String> a, List<String> b) {
    Map<String, Double> va = vector(a);
    Map<String, Double> vb = vector(b);
    double dot = 0;
    for (var entry : va.entrySet()) {
      dot += entry.getValue() * vb.getOrDefault(entry.getKey(), 0.0);
    }
    double norms = norm(va) * norm(vb);
    return norms == 0 ? 0 : dot / norms;
  }

  private Map<String, Double> vector(List<String> words) {
    Map<String, Integer> counts = new HashMap<>();
    words.forEach(w -> counts.merge(w, 1, Integer::sum));
    Map<String, Double> vector = new HashMap<>();
    counts.forEach((word, n) -> vector.put(word, (1 + Math.log(n)) * weight(word)));
    return vector;
  }

  private static double norm(Map<String, Double> vector) {
    return Math.sqrt(vector.values().stream().mapToDouble(v -> v * v).sum());
  }
}
