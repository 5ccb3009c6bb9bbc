package io.hydra.model.retrieve;

import io.hydra.model.retrieve.WordIndex.Postings;
import io.hydra.model.text.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity.SimScorer;
import org.apache.lucene.util.BytesRef;
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
  private static final int INITIAL_TERMS = 64;

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
   * A text as BM25 sees it: distinct terms in the order of their first place, and how often each
   * stands in it. A term is its 64-bit hash: eight bytes whatever the word, and nothing of a user's
   * text. Two terms of a history that meet in one hash, once in many billion, count as one.
   *
   * @param length terms in all
   */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  public record Document(long[] terms, short[] counts, int length) {
    private static final int OVERHEAD_BYTES = 56;

    /** Memory that it takes. */
    public int bytes() {
      return OVERHEAD_BYTES + (Long.BYTES + Short.BYTES) * terms.length;
    }
  }

  /** Analyzes a text once, for any number of scorings. */
  public Document analyze(String text) {
    String head = Words.head(text);
    return Words.hasUnspaced(head)
        ? document(segmented, String.join(" ", Words.of(head)))
        : document(english, head);
  }

  private static Document document(Analyzer analyzer, String text) {
    long[] terms = new long[INITIAL_TERMS];
    short[] counts = new short[INITIAL_TERMS];
    int distinct = 0;
    int length = 0;
    try (TokenStream stream = analyzer.tokenStream(FIELD, text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      for (; length < MAX_TERMS && stream.incrementToken(); length++) {
        long hash = hash(term);
        int place = 0;
        while (place < distinct && terms[place] != hash) {
          place++;
        }
        if (place == terms.length) {
          terms = Arrays.copyOf(terms, 2 * place);
          counts = Arrays.copyOf(counts, 2 * place);
        }
        terms[place] = hash;
        counts[place]++;
        distinct = Math.max(distinct, place + 1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    return new Document(Arrays.copyOf(terms, distinct), Arrays.copyOf(counts, distinct), length);
  }

  /** FNV-1a over UTF-16, 64 bits. */
  private static long hash(CharTermAttribute term) {
    char[] buffer = term.buffer();
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < term.length(); i++) {
      hash = (hash ^ buffer[i]) * 0x100000001b3L;
    }
    return hash;
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

    /** Lucene asks for a term's bytes and does not look at them. */
    private static final BytesRef ANY_TERM = new BytesRef();

    private final Map<Long, Postings> postings = new HashMap<>();
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
      Postings[] found = asked ? indexed(query) : search(query);
      asked = true;
      for (Postings of : found) {
        if (of != null) {
          addTerm(of, collection, scores);
        }
      }
      return scores;
    }

    /**
     * The places of each of the query's terms, null for one that no text has; indexes what is new.
     */
    private Postings[] indexed(Document query) {
      for (; indexed < documents.size(); indexed++) {
        Document document = documents.get(indexed);
        for (int t = 0; t < document.terms().length; t++) {
          postings
              .computeIfAbsent(document.terms()[t], term -> new Postings())
              .add(indexed, document.counts()[t]);
        }
      }
      return Arrays.stream(query.terms()).mapToObj(postings::get).toArray(Postings[]::new);
    }

    /** The same without an index. */
    private Postings[] search(Document query) {
      long[] sorted = query.terms().clone();
      Arrays.sort(sorted);
      Postings[] found = new Postings[sorted.length];
      for (int number = 0; number < documents.size(); number++) {
        Document document = documents.get(number);
        for (int t = 0; t < document.terms().length; t++) {
          int place = Arrays.binarySearch(sorted, document.terms()[t]);
          if (place >= 0) {
            found[place] = found[place] == null ? new Postings() : found[place];
            found[place].add(number, document.counts()[t]);
          }
        }
      }
      // In the query's order: the sum of a score depends on it in its last bit.
      return Arrays.stream(query.terms())
          .mapToObj(term -> found[Arrays.binarySearch(sorted, term)])
          .toArray(Postings[]::new);
    }

    private void addTerm(Postings of, CollectionStatistics collection, double[] scores) {
      int documents = 0;
      long occurrences = 0;
      while (documents < of.size() && of.document(documents) < scores.length) {
        occurrences += of.count(documents);
        documents++;
      }
      if (documents == 0) {
        return;
      }
      TermStatistics statistics = new TermStatistics(ANY_TERM, documents, occurrences);
      SimScorer scorer = SIMILARITY.scorer(1f, collection, statistics);
      for (int i = 0; i < documents; i++) {
        int document = of.document(i);
        scores[document] += scorer.score(of.count(i), lengths.get(document));
      }
    }
  }
}
