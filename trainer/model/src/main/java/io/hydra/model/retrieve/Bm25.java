package io.hydra.model.retrieve;

import io.hydra.model.text.Words;
import io.hydra.model.text.Words.SharedWords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * Lucene's English analysis for BM25 over one user's few hundred texts; {@link Bm25Index} scores
 * with Lucene's similarity. A text with characters of a script without spaces is split by {@link
 * Words} instead of Lucene's tokenizer, which takes a Thai sentence for one word; stop words and
 * stems are the same. Thread-safe.
 */
public final class Bm25 implements AutoCloseable {
  static final String FIELD = "text";
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
}
