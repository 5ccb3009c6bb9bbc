package io.hydra.model.retrieve;

import io.hydra.model.retrieve.WordIndex.Postings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity.SimScorer;
import org.apache.lucene.util.SmallFloat;

/**
 * BM25 (Robertson et al., 1994, as Lucene computes it) over one user's growing list of texts, in
 * memory. Any prefix of the list can be asked, with the statistics of that prefix: a past item is
 * scored as it would have been when it was new, at no extra cost. Not thread-safe while it grows.
 */
public final class Bm25Index {
  private static final BM25Similarity SIMILARITY = new BM25Similarity();

  private final Map<String, Postings> postings = new HashMap<>();
  private final List<Integer> lengths = new ArrayList<>();

  /** Sums over the first i documents, at i. */
  private final List<Long> totalTerms = new ArrayList<>(List.of(0L));

  private final List<Long> distinctTerms = new ArrayList<>(List.of(0L));

  public void add(Bm25.Document document) {
    int number = lengths.size();
    for (int t = 0; t < document.terms().length; t++) {
      postings
          .computeIfAbsent(document.terms()[t], term -> new Postings())
          .add(number, document.counts()[t]);
    }
    // Lucene keeps a document's length in one byte; so do we, to score as it does.
    lengths.add(SmallFloat.intToByte4(document.length()) & 0xff);
    totalTerms.add(totalTerms.get(number) + document.length());
    distinctTerms.add(distinctTerms.get(number) + document.terms().length);
  }

  /**
   * @param prefix how many of the documents there are, from the first one on
   * @return one score per document of the prefix, 0 where no term is shared
   */
  public double[] score(Bm25.Document query, int prefix) {
    double[] scores = new double[prefix];
    if (totalTerms.get(prefix) == 0) {
      return scores;
    }
    CollectionStatistics collection =
        new CollectionStatistics(
            Bm25.FIELD, prefix, prefix, totalTerms.get(prefix), distinctTerms.get(prefix));
    for (String term : query.terms()) {
      Postings of = postings.get(term);
      if (of != null) {
        addTerm(term, of, collection, scores);
      }
    }
    return scores;
  }

  private void addTerm(String term, Postings of, CollectionStatistics collection, double[] scores) {
    int documents = 0;
    long occurrences = 0;
    while (documents < of.size() && of.document(documents) < scores.length) {
      occurrences += of.count(documents);
      documents++;
    }
    if (documents == 0) {
      return;
    }
    TermStatistics statistics =
        new TermStatistics(new Term(Bm25.FIELD, term).bytes(), documents, occurrences);
    SimScorer scorer = SIMILARITY.scorer(1f, collection, statistics);
    for (int i = 0; i < documents; i++) {
      int document = of.document(i);
      scores[document] += scorer.score(of.count(i), lengths.get(document));
    }
  }
}
