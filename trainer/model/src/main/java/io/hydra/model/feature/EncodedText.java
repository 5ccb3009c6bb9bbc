package io.hydra.model.feature;

import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.retrieve.Bm25;
import io.hydra.model.text.Words;
import java.util.List;

/**
 * A text with what is computed of it once: its vector and its form, and at first use its meaning,
 * its BM25 terms and its words. All of it comes from the part of the text that {@link Words#head}
 * leaves. Thread-safe; two threads at once may compute the same twice.
 */
public final class EncodedText {
  /** From here on a character may be a word by itself. */
  private static final char FIRST_UNSPACED = '\u0E00';

  /** Objects of a text without words. */
  private static final int OVERHEAD = 250;

  /**
   * A word costs a place in the list and one among the terms, and a string of its own where it is
   * not a common one.
   */
  private static final int WORD_BYTES = 80;

  private final String text;
  private final float[] vector;
  private final MeaningEncoder encoder;
  private final Bm25 bm25;
  private final double capitals;
  private final double marks;
  private final int bytes;
  private volatile Meaning meaning;
  private volatile Bm25.Document document;
  private volatile List<String> words;

  /** A packed vector of the text and what it stands for. */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  private record Meaning(byte[] packed, float[] vector) {
    static final Meaning NONE = of(new byte[0]);

    static Meaning of(byte[] packed) {
      return new Meaning(packed, MeaningEncoder.unpack(packed));
    }
  }

  /**
   * @param encoder of meaning; null without one
   * @param packed the meaning where it is known already, else null
   */
  EncodedText(String text, float[] vector, MeaningEncoder encoder, byte[] packed, Bm25 bm25) {
    this.text = text;
    this.vector = vector;
    this.encoder = encoder;
    this.bm25 = bm25;
    this.meaning = encoder == null ? Meaning.NONE : packed == null ? null : Meaning.of(packed);
    String head = Words.head(text);
    this.capitals = capitals(head);
    this.marks = (head.indexOf(':') >= 0 ? 0.5 : 0) + (head.indexOf('?') >= 0 ? 0.5 : 0);
    this.bytes =
        OVERHEAD
            + Character.BYTES * text.length()
            + Float.BYTES * vector.length
            + (encoder == null ? 0 : (1 + Float.BYTES) * encoder.dimensions())
            + WORD_BYTES * Math.min(Words.MAX_WORDS, starts(head));
  }

  public String text() {
    return text;
  }

  /** Of length one, or zero. Not to be changed. */
  @SuppressWarnings("EI_EXPOSE_REP")
  public float[] vector() {
    return vector;
  }

  /**
   * What the text means, whatever its words: of length one, or zero; without dimensions where there
   * is no encoder of meaning. Takes milliseconds at first use. Not to be changed.
   */
  @SuppressWarnings("EI_EXPOSE_REP")
  public float[] meaning() {
    return known().vector();
  }

  /** The meaning as it is kept. Not to be changed. */
  @SuppressWarnings("EI_EXPOSE_REP")
  public byte[] packedMeaning() {
    return known().packed();
  }

  private Meaning known() {
    if (meaning == null) {
      meaning = Meaning.of(encoder.pack(text));
    }
    return meaning;
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

  /** Share of the words that begin with a capital, 0 to 1. */
  double capitals() {
    return capitals;
  }

  /** Half for a colon, half for a question mark. */
  double marks() {
    return marks;
  }

  /** About how much memory it takes, with all that may be computed of it. */
  int bytes() {
    return bytes;
  }

  /** The number of words that may begin in a text, at least as many as it has. */
  private static int starts(String text) {
    int starts = 0;
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= FIRST_UNSPACED || Character.isLetterOrDigit(c);
      if (letter && (!inside || c >= FIRST_UNSPACED)) {
        starts++;
      }
      inside = letter;
    }
    return starts;
  }

  private static double capitals(String text) {
    int words = 0;
    int capitals = 0;
    boolean starts = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ' ') {
        starts = true;
      } else if (starts) {
        starts = false;
        if (Character.isLetter(c)) {
          words++;
          capitals += Character.isUpperCase(c) ? 1 : 0;
        }
      }
    }
    return words == 0 ? 0 : (double) capitals / words;
  }
}
