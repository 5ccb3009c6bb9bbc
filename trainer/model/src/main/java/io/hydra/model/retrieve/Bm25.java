package io.hydra.model.retrieve;

import io.hydra.model.text.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * Lucene's English analysis for BM25 over one user's few hundred texts; {@link Bm25Index} scores
 * with Lucene's similarity. Thread-safe.
 */
public final class Bm25 implements AutoCloseable {
  static final String FIELD = "text";
  private static final int MAX_TERMS = 512;

  private final Analyzer analyzer = new EnglishAnalyzer();

  /** A text as BM25 sees it: how often each term stands in it. */
  public record Document(Map<String, Integer> counts, int length) {}

  /** Analyzes a text once, for any number of scorings. */
  public Document analyze(String text) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    List<String> terms = terms(text);
    terms.forEach(t -> counts.merge(t, 1, Integer::sum));
    return new Document(counts, terms.size());
  }

  private List<String> terms(String text) {
    List<String> terms = new ArrayList<>();
    try (TokenStream stream = analyzer.tokenStream(FIELD, Words.head(text))) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (terms.size() < MAX_TERMS && stream.incrementToken()) {
        terms.add(term.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    return terms;
  }

  @Override
  public void close() {
    analyzer.close();
  }
}
