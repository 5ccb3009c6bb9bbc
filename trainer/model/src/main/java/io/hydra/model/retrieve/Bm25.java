package io.hydra.model.retrieve;

import io.hydra.model.retrieve.WordIndex.Postings;
import io.hydra.model.text.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
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
  private static final int INITIAL_TEXTS = 64;

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
   *
   * <p>Scores are {@link org.apache.lucene.search.similarities.BM25Similarity}'s, to the last bit.
   * It prepares each term of a query for 256 lengths of a text, which is far more than a user's few
   * texts have: here a text's length is worked into a number once a query.
   */
  public static final class Index {
    private static final float K1 = 1.2f;
    private static final float B = 0.75f;

    /** A power of two; 32 terms of a query leave one in thirty others to be searched for. */
    private static final int FILTER_BITS = 1024;

    /** Null until somebody asks again. */
    private TermTable postings;

    private final List<Document> documents = new ArrayList<>();

    /** Sums over the first i documents, at i. */
    private final List<Long> totalTerms = new ArrayList<>(List.of(0L));

    /** As Lucene keeps it, in one byte. */
    private float[] lengths = new float[INITIAL_TEXTS];

    /** Of each text that is indexed: where else its terms stand. */
    private final List<Postings[]> places = new ArrayList<>();

    private boolean asked;

    public void add(Document document) {
      int number = documents.size();
      if (number == lengths.length) {
        lengths = Arrays.copyOf(lengths, 2 * number);
      }
      lengths[number] = SmallFloat.byte4ToInt(SmallFloat.intToByte4(document.length()));
      totalTerms.add(totalTerms.get(number) + document.length());
      documents.add(document);
    }

    /**
     * @param prefix the number of documents that exist, from the first one on
     * @return one score per document of the prefix, 0 where no term is shared
     */
    public double[] score(Document query, int prefix) {
      double[] scores = new double[prefix];
      if (totalTerms.get(prefix) == 0) {
        return scores;
      }
      Postings[] found = asked ? indexed(query, prefix) : search(query, prefix);
      asked = true;
      float[] inverses = inverses(prefix);
      for (Postings of : found) {
        if (of != null) {
          addTerm(of, inverses, scores);
        }
      }
      return scores;
    }

    /**
     * The part of a text's length in its scores, inverted: 1 / (k1 (1 − b + b · length / mean
     * length)).
     */
    private float[] inverses(int prefix) {
      float mean = (float) (totalTerms.get(prefix) / (double) prefix);
      float[] inverses = new float[prefix];
      for (int i = 0; i < prefix; i++) {
        inverses[i] = 1f / (K1 * ((1 - B) + B * lengths[i] / mean));
      }
      return inverses;
    }

    /**
     * The places of each of the query's terms, null for one that no text has; indexes what is new.
     */
    private Postings[] indexed(Document query, int prefix) {
      if (postings == null) {
        // A user's texts share most of their words: half as many are distinct, as a rule fewer.
        postings = new TermTable(documents.stream().mapToInt(d -> d.terms().length).sum() / 2);
      }
      for (int number = places.size(); number < documents.size(); number++) {
        Document document = documents.get(number);
        Postings[] own = new Postings[document.terms().length];
        for (int t = 0; t < own.length; t++) {
          own[t] = postings.add(document.terms()[t]);
          own[t].add(number, document.counts()[t]);
        }
        places.add(own);
      }
      // A fit asks for each text among those before it.
      return prefix < documents.size() && documents.get(prefix) == query
          ? places.get(prefix)
          : Arrays.stream(query.terms()).mapToObj(postings::get).toArray(Postings[]::new);
    }

    /** The same without an index. */
    private Postings[] search(Document query, int prefix) {
      long[] sorted = query.terms().clone();
      Arrays.sort(sorted);
      // Most terms of a history are none of the query's, and this says so of nearly all of them.
      BitSet some = new BitSet(FILTER_BITS);
      for (long term : sorted) {
        some.set(filterBit(term));
      }
      Postings[] found = new Postings[sorted.length];
      for (int number = 0; number < prefix; number++) {
        Document document = documents.get(number);
        for (int t = 0; t < document.terms().length; t++) {
          long term = document.terms()[t];
          int place = some.get(filterBit(term)) ? Arrays.binarySearch(sorted, term) : -1;
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

    /** A term is a hash, its last bits as good as any. */
    private static int filterBit(long term) {
      return (int) term & (FILTER_BITS - 1);
    }

    private static void addTerm(Postings of, float[] inverses, double[] scores) {
      int documents = 0;
      while (documents < of.size() && of.document(documents) < scores.length) {
        documents++;
      }
      if (documents == 0) {
        return;
      }
      float idf = (float) Math.log(1 + (scores.length - documents + 0.5) / (documents + 0.5));
      for (int i = 0; i < documents; i++) {
        int document = of.document(i);
        scores[document] += idf - idf / (1f + of.count(i) * inverses[document]);
      }
    }
  }
}
