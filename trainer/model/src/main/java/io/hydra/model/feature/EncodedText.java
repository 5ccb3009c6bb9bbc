package io.hydra.model.feature;

import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.retrieve.Bm25;
import io.hydra.model.text.Words;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A text with what is computed of it once: its vector, its form, its BM25 terms, its words where
 * they are wanted, and at first use its meaning. All of it comes from the part of the text that
 * {@link Words#head} leaves. Thread-safe; two threads at once may compute the same twice.
 */
public final class EncodedText {
  /** The object, its place in a cache, and the text's and the vector's heads. */
  private static final int OVERHEAD_BYTES = 300;

  /** Of a task with more options than this, what is made of a text is made again at each use. */
  private static final int MOST_NUMBERS = 16;

  /** The numbers that are made of it, for so many options. */
  private static final int MEMO_BYTES = 56 + Double.BYTES * MOST_NUMBERS;

  /** A word costs a place in the list, and a string of its own where it is not a common one. */
  private static final int WORD_BYTES = 64;

  private final String text;
  private final float[] vector;
  private final MeaningEncoder encoder;
  private final Bm25.Document document;
  private final List<String> words;
  private final double capitals;
  private final double marks;
  private final Memo beliefs;
  private final Memo meaningBeliefs;
  private final Memo votes;

  /** Null until it is known. Unpacked it would be eight times as large, most of the text. */
  private volatile byte[] packedMeaning;

  /** The numbers that something made of the text, until something else makes others. */
  private static final class Memo {
    private volatile Made last;

    @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
    private record Made(Object by, double[] numbers) {}

    double[] get(Object by, Supplier<double[]> make) {
      Made made = last;
      if (made == null || made.by() != by) {
        made = new Made(by, make.get());
        if (made.numbers().length <= MOST_NUMBERS) {
          last = made;
        }
      }
      return made.numbers();
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
    this.packedMeaning = encoder == null ? new byte[0] : null;
    this.beliefs = new Memo();
    this.meaningBeliefs = new Memo();
    this.votes = new Memo();
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
    this.packedMeaning = same.packedMeaning;
    this.beliefs = same.beliefs;
    this.meaningBeliefs = same.meaningBeliefs;
    this.votes = same.votes;
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
   * dimensions where there is no encoder of meaning. The first use takes milliseconds; each unpacks
   * it again.
   */
  public float[] meaning() {
    return MeaningEncoder.unpack(packedMeaning());
  }

  /**
   * The encoder of meaning's states of the text's words ({@link MeaningEncoder#wordStates}). Each
   * use takes milliseconds.
   */
  public Map<String, float[]> wordStates() {
    return encoder == null ? Map.of() : encoder.wordStates(text);
  }

  /** The meaning as it is kept. Not to be changed. */
  @SuppressWarnings("EI_EXPOSE_REP")
  public byte[] packedMeaning() {
    if (packedMeaning == null) {
      packedMeaning = encoder.pack(text);
    }
    return packedMeaning;
  }

  /** Tells whether its meaning is known, so that asking for it costs nothing. */
  public boolean hasMeaning() {
    return packedMeaning != null;
  }

  /**
   * Takes what the text means from who has kept it, if it is not known yet.
   *
   * @param packed as {@link #packedMeaning} gave it under this base
   */
  public void remember(byte[] packed) {
    if (!hasMeaning()) {
      packedMeaning = packed;
    }
  }

  /** The beliefs of a trunk over its vector. Not to be changed. */
  double[] beliefs(Trunk trunk) {
    return beliefs.get(trunk.matrix(), () -> Trunk.beliefs(trunk.scores(vector)));
  }

  /** The same over its meaning. */
  double[] meaningBeliefs(Trunk trunk) {
    return meaningBeliefs.get(trunk.matrix(), () -> Trunk.beliefs(trunk.scores(meaning())));
  }

  /** The votes of neighbours on its meaning. Not to be changed. */
  double[] votes(Neighbours of) {
    return votes.get(of, () -> of.votes(meaning()));
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
        + MEMO_BYTES
        + (encoder == null ? 0 : encoder.packedBytes() + 2 * MEMO_BYTES)
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
