package io.hydra.model.feature;

import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.retrieve.Bm25;
import io.hydra.model.task.TaskSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Texts under a base's encoders, the latest remembered: the encoders are frozen, so a history item
 * is encoded once and not at every query. What an encoder of meaning makes of a text can be kept
 * elsewhere for longer, and put back. Thread-safe.
 */
public final class EncodedTexts implements AutoCloseable {
  /** This part of the largest heap is for remembered texts, */
  private static final int HEAP_SHARE = 4;

  /** and no more than this. */
  private static final long MOST_BYTES = 150_000_000;

  private final Encoder encoder;
  private final MeaningEncoder meaning;
  private final Bm25 bm25 = new Bm25();
  private final RecentTexts recent;

  /** Remembers texts in a quarter of the largest heap, up to 150 MB. */
  public EncodedTexts(Encoder encoder) {
    this(encoder, null);
  }

  /**
   * The same with meaning.
   *
   * @param meaning null for none
   */
  public EncodedTexts(Encoder encoder, MeaningEncoder meaning) {
    this(encoder, meaning, Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
  }

  /**
   * @param bytes that remembered texts may take, with their vectors, terms and words
   */
  public EncodedTexts(Encoder encoder, MeaningEncoder meaning, long bytes) {
    this.encoder = encoder;
    this.meaning = meaning;
    this.recent = new RecentTexts(bytes);
  }

  public EncodedText get(String text) {
    return get(List.of(text)).get(0);
  }

  /** One per text, in their order. */
  public List<EncodedText> get(List<String> texts) {
    List<EncodedText> known = new ArrayList<>(texts.size());
    Set<String> unknown = new LinkedHashSet<>();
    for (String text : texts) {
      EncodedText encoded = recent.find(text);
      known.add(encoded);
      if (encoded == null) {
        unknown.add(text);
      }
    }
    if (!unknown.isEmpty()) {
      Map<String, EncodedText> encoded = encode(List.copyOf(unknown));
      for (int i = 0; i < known.size(); i++) {
        if (known.get(i) == null) {
          known.set(i, encoded.get(texts.get(i)));
        }
      }
    }
    return known;
  }

  private Map<String, EncodedText> encode(List<String> texts) {
    float[][] vectors = encoder.encode(texts);
    Map<String, EncodedText> encoded = new HashMap<>();
    for (int i = 0; i < vectors.length; i++) {
      String text = texts.get(i);
      EncodedText one = new EncodedText(text, vectors[i], bm25.analyze(text), meaning);
      recent.put(one);
      encoded.put(text, one);
    }
    return encoded;
  }

  /**
   * The same with their words remembered, which takes more memory than all else: for open text,
   * whose features look at them.
   */
  public List<EncodedText> withWords(List<String> texts) {
    return get(texts).stream().map(this::withWords).toList();
  }

  private EncodedText withWords(EncodedText known) {
    if (known.hasWords()) {
      return known;
    }
    EncodedText encoded = known.withWords();
    recent.put(encoded);
    return encoded;
  }

  /**
   * Tells whether a task's features look at the meaning of its items. Those of open text look at
   * the words of the question alone.
   */
  public boolean hasMeaning(TaskSpec task) {
    return meaning != null && task.isClosed();
  }

  /** Bytes of a text's packed meaning; 0 without an encoder of meaning. */
  public int packedBytes() {
    return meaning == null ? 0 : meaning.packedBytes();
  }

  /** Bytes that remembered texts take. */
  long bytes() {
    return recent.bytes();
  }

  @Override
  public void close() {
    bm25.close();
  }
}
