package io.hydra.model.retrieve;

import io.hydra.model.retrieve.WordIndex.Postings;
import io.hydra.model.text.Words;
import io.hydra.model.text.Words.SharedWords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity.SimScorer;
import org.apache.lucene.util.SmallFloat;

/**
 * Lucene's English analysis for BM25 over one user's few hundred texts, and an {@link Index} that
 * scores with Lucene's similarity. A text with characters of a script without spaces is split by
 * {@link Words} instead of Lucene's tokenizer, which takes a Thai sentence for one word; stop words
 * and stems are the same. Thread-safe.
 */
public final class Bm25 implements AutoCloseable {
  private static final String FIELD = "text";
  private static final int MAX_TERMS = 512;

  private final Analyzer english = new EnglishAnalyzer();
  private final Analyzer segmented =
      new Analyzer() {
        @Override
        protected TokenStreamComponents createComponents(String field) {
          Tokenizer words = new WhitespaceTokenizer();
          return new TokenStreamComponents(
              words,
              new PorterStemFilter(new StopFilter(words, EnglishAnalyzer.ENGLISH_STOP_WORDS_SET)));
        }
      };

  /**
   * A text as BM25 sees it: distinct terms, and how often each stands in it.
   *
   * @param length terms in all
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  public record Document(String[] terms, int[] counts, int length) {}

  /** Analyzes a text once, for any number of scorings. */
  public Document analyze(String text) {
    String head = Words.head(text);
    return Words.hasUnspaced(head)
        ? document(segmented, String.join(" ", Words.of(head)))
        : document(english, head);
  }

  private static Document document(Analyzer analyzer, String text) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    int length = 0;
    try (TokenStream stream = analyzer.tokenStream(FIELD, text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (length < MAX_TERMS && stream.incrementToken()) {
        counts.merge(SharedWords.of(term.toString()), 1, Integer::sum);
        length++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    return new Document(
        counts.keySet().toArray(new String[0]),
        counts.values().stream().mapToInt(Integer::intValue).toArray(),
        length);
  }

  @Override
  public void close() {
    english.close();
    segmented.close();
  }

  /**
   * BM25 (Robertson et al., 1994, as Lucene computes it) over one user's growing list of texts, in
   * memory. Any prefix of the list can be asked, with the statistics of that prefix: a past item is
   * scored as it would have been when it was new, at no extra cost. Not thread-safe.
   *
   * <p>Whoever asks once, as serving does, gets the texts searched for the query's terms; they are
   * indexed for whoever asks again.
   */
  public static final class Index {
    private static final BM25Similarity SIMILARITY = new BM25Similarity();

    private final Map<String, Postings> postings = new HashMap<>();
    private final List<Document> documents = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();

    /** Sums over the first i documents, at i. */
    private final List<Long> totalTerms = new ArrayList<>(List.of(0L));

    private final List<Long> distinctTerms = new ArrayList<>(List.of(0L));

    private int indexed;
    private boolean asked;

    public void add(Document document) {
      int number = lengths.size();
      documents.add(document);
      // Lucene keeps a document's length in one byte; so do we, to score as it does.
      lengths.add(SmallFloat.intToByte4(document.length()) & 0xff);
      totalTerms.add(totalTerms.get(number) + document.length());
      distinctTerms.add(distinctTerms.get(number) + document.terms().length);
    }

    /**
     * @param prefix how many of the documents there are, from the first one on
     * @return one score per document of the prefix, 0 where no term is shared
     */
    public double[] score(Document query, int prefix) {
      double[] scores = new double[prefix];
      if (totalTerms.get(prefix) == 0) {
        return scores;
      }
      CollectionStatistics collection =
          new CollectionStatistics(
              FIELD, prefix, prefix, totalTerms.get(prefix), distinctTerms.get(prefix));
      Map<String, Postings> found = asked ? indexed() : search(query);
      asked = true;
      for (String term : query.terms()) {
        Postings of = found.get(term);
        if (of != null) {
          addTerm(term, of, collection, scores);
        }
      }
      return scores;
    }

    /** The places of all terms. */
    private Map<String, Postings> indexed() {
      for (; indexed < documents.size(); indexed++) {
        Document document = documents.get(indexed);
        for (int t = 0; t < document.terms().length; t++) {
          postings
              .computeIfAbsent(document.terms()[t], term -> new Postings())
              .add(indexed, document.counts()[t]);
        }
      }
      return postings;
    }

    /** The places of a query's terms alone. */
    private Map<String, Postings> search(Document query) {
      Map<String, Postings> found = new HashMap<>();
      for (String term : query.terms()) {
        found.put(term, new Postings());
      }
      for (int number = 0; number < documents.size(); number++) {
        Document document = documents.get(number);
        for (int t = 0; t < document.terms().length; t++) {
          Postings of = found.get(document.terms()[t]);
          if (of != null) {
            of.add(number, document.counts()[t]);
          }
        }
      }
      return found;
    }

    private void addTerm(
        String term, Postings of, CollectionStatistics collection, double[] scores) {
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
          new TermStatistics(new Term(FIELD, term).bytes(), documents, occurrences);
      SimScorer scorer = SIMILARITY.scorer(1f, collection, statistics);
      for (int i = 0; i < documents; i++) {
        int document = of.document(i);
        scores[document] += scorer.score(of.count(i), lengths.get(document));
      }
    }
  }
}
