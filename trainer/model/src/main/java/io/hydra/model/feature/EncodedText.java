package io.hydra.model.feature;

import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.retrieve.Bm25;
import io.hydra.model.text.Words;
import java.util.List;

/**
 * A text with what is computed of it once: its vector, its form, its BM25 terms, its words where
 * they are wanted, and at first use its meaning. All of it comes from the part of the text that
 * {@link Words#head} leaves. Thread-safe; two threads at once may compute the same twice.
 */
public final class EncodedText {
  /** The object, its place in a cache, and the text's and the vector's heads. */
  private static final int OVERHEAD_BYTES = 300;

  /** A word costs a place in the list, and a string of its own where it is not a common one. */
  private static final int WORD_BYTES = 64;

  private final String text;
  private final float[] vector;
  private final MeaningEncoder encoder;
  private final Bm25.Document document;
  private final List<String> words;
  private final double capitals;
  private final double marks;
  private volatile Meaning meaning;

  /** A packed vector of the text and what it stands for. */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  private record Meaning(byte[] packed, float[] vector) {
    static final Meaning NONE = of(new byte[0]);

    static Meaning of(byte[] packed) {
      return new Meaning(packed, MeaningEncoder.unpack(packed));
    }
  }

  /**
   * @param document its BM25 terms
   * @param encoder of meaning; null without one
   */
  EncodedText(String text, float[] vector, Bm25.Document document, MeaningEncoder encoder) {
    this.text = text;
    this.vector = vector;
    this.document = document;
    this.words = null;
    this.encoder = encoder;
    this.meaning = encoder == null ? Meaning.NONE : null;
    String head = Words.head(text);
    this.capitals = capitals(head);
    this.marks = (head.indexOf(':') >= 0 ? 0.5 : 0) + (head.indexOf('?') >= 0 ? 0.5 : 0);
  }

  private EncodedText(EncodedText same, List<String> words) {
    this.text = same.text;
    this.vector = same.vector;
    this.document = same.document;
    this.words = words;
    this.encoder = same.encoder;
    this.meaning = same.meaning;
    this.capitals = same.capitals;
    this.marks = same.marks;
  }

  /** The same that remembers its words. */
  EncodedText withWords() {
    return new EncodedText(this, List.copyOf(Words.of(text)));
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
   * The vector of the text's meaning, whatever its words: of length one, or zero; without
   * dimensions where there is no encoder of meaning. Takes milliseconds at first use. Not to be
   * changed.
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

  /** Tells whether its meaning is known, so that asking for it costs nothing. */
  public boolean hasMeaning() {
    return meaning != null;
  }

  /**
   * Takes what the text means from who has kept it, if it is not known yet.
   *
   * @param packed as {@link #packedMeaning} gave it under this base
   */
  public void remember(byte[] packed) {
    if (!hasMeaning()) {
      meaning = Meaning.of(packed);
    }
  }

  private Meaning known() {
    if (meaning == null) {
      meaning = Meaning.of(encoder.pack(text));
    }
    return meaning;
  }

  public Bm25.Document document() {
    return document;
  }

  /** Split again at each call, unless they are remembered. */
  public List<String> words() {
    return hasWords() ? words : Words.of(text);
  }

  boolean hasWords() {
    return words != null;
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
    return OVERHEAD_BYTES
        + (isLatin1() ? Byte.BYTES : Character.BYTES) * text.length()
        + Float.BYTES * vector.length
        + (encoder == null ? 0 : encoder.packedBytes() + Float.BYTES * encoder.dimensions())
        + document.bytes()
        + (hasWords() ? WORD_BYTES * words.size() : 0);
  }

  /** The JVM holds such a text in half the bytes. */
  private boolean isLatin1() {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x100) {
        return false;
      }
    }
    return true;
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
