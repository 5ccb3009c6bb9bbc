package io.hydra.model.feature;

import io.hydra.model.retrieve.Bm25;
import io.hydra.model.text.Words;
import java.util.List;

/**
 * A text with what is computed of it once: its vector, and at first use its BM25 terms and its
 * words. Thread-safe; two threads at once may compute the same twice.
 */
public final class ReadText {
  private final String text;
  private final float[] vector;
  private final Bm25 bm25;
  private volatile Bm25.Document document;
  private volatile List<String> words;

  ReadText(String text, float[] vector, Bm25 bm25) {
    this.text = text;
    this.vector = vector;
    this.bm25 = bm25;
  }

  public String text() {
    return text;
  }

  /** Of length one, or zero. Not to be changed. */
  @SuppressWarnings("EI_EXPOSE_REP")
  public float[] vector() {
    return vector;
  }

  public Bm25.Document document() {
    if (document == null) {
      document = bm25.analyze(text);
    }
    return document;
  }

  public List<String> words() {
    if (words == null) {
      words = List.copyOf(Words.of(text));
    }
    return words;
  }
}
