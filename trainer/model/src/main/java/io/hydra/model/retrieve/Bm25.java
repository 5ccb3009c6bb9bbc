package io.hydra.model.retrieve;

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
import org.apache.lucene.index.Term;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity.SimScorer;
import org.apache.lucene.util.SmallFloat;

/**
 * BM25 over one user's few hundred texts: Lucene's English analysis and its similarity, without an
 * index, which would cost more than it saves at this size. Thread-safe.
 */
public final class Bm25 implements AutoCloseable {
  private static final String FIELD = "text";
  private static final int MAX_TERMS = 512;

  private final Analyzer analyzer = new EnglishAnalyzer();
  private final BM25Similarity similarity = new BM25Similarity();

  /** A text as BM25 sees it: how often each term stands in it. */
  public record Document(Map<String, Integer> counts, int length) {}

  /** Analyzes a text once, for any number of scorings. */
  public Document analyze(String text) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    List<String> terms = terms(text);
    terms.forEach(t -> counts.merge(t, 1, Integer::sum));
    return new Document(counts, terms.size());
  }

  /**
   * @return one score per document, 0 where no term is shared; statistics are those of {@code
   *     documents}
   */
  public double[] score(Document query, List<Document> documents) {
    double[] scores = new double[documents.size()];
    long totalTerms = 0;
    long distinctTerms = 0;
    for (Document document : documents) {
      totalTerms += document.length();
      distinctTerms += document.counts().size();
    }
    if (totalTerms == 0) {
      return scores;
    }
    CollectionStatistics collection =
        new CollectionStatistics(
            FIELD, documents.size(), documents.size(), totalTerms, distinctTerms);
    for (String term : query.counts().keySet()) {
      addTerm(term, documents, collection, scores);
    }
    return scores;
  }

  private void addTerm(
      String term, List<Document> documents, CollectionStatistics collection, double[] scores) {
    int documentsWith = 0;
    long occurrences = 0;
    for (Document document : documents) {
      int count = document.counts().getOrDefault(term, 0);
      documentsWith += count > 0 ? 1 : 0;
      occurrences += count;
    }
    if (documentsWith == 0) {
      return;
    }
    TermStatistics statistics =
        new TermStatistics(new Term(FIELD, term).bytes(), documentsWith, occurrences);
    SimScorer scorer = similarity.scorer(1f, collection, statistics);
    for (int i = 0; i < scores.length; i++) {
      Document document = documents.get(i);
      int count = document.counts().getOrDefault(term, 0);
      if (count > 0) {
        // Lucene keeps a document's length in one byte; so do we, to score as it does.
        scores[i] += scorer.score(count, SmallFloat.intToByte4(document.length()) & 0xff);
      }
    }
  }

  private List<String> terms(String text) {
    List<String> terms = new ArrayList<>();
    try (TokenStream stream = analyzer.tokenStream(FIELD, text)) {
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
