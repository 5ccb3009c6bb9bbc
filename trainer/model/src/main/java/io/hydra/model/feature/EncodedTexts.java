package io.hydra.model.feature;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.retrieve.Bm25;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Texts under one encoder, the latest remembered: the encoder is frozen, so a history item is
 * encoded once and not at every query. Thread-safe.
 */
public final class EncodedTexts implements AutoCloseable {
  /** This part of the largest heap is for remembered texts, */
  private static final int HEAP_SHARE = 4;

  /** and no more than this: base training has such a cache per fold. */
  private static final long MOST_BYTES = 100_000_000;

  private final Encoder encoder;
  private final Bm25 bm25 = new Bm25();
  private final Cache<String, EncodedText> recent;

  /** Remembers texts in a quarter of the largest heap, up to 100 MB. */
  public EncodedTexts(Encoder encoder) {
    this(encoder, Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
  }

  /**
   * @param bytes that remembered texts may take, with their vectors, terms and words
   */
  EncodedTexts(Encoder encoder, long bytes) {
    this.encoder = encoder;
    this.recent =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher((String text, EncodedText encoded) -> encoded.bytes())
            .executor(Runnable::run)
            .build();
  }

  public EncodedText get(String text) {
    return get(List.of(text)).get(0);
  }

  /** One per text; those not remembered are encoded in one batch. */
  public List<EncodedText> get(List<String> texts) {
    Map<String, EncodedText> known = new HashMap<>(recent.getAllPresent(texts));
    List<String> unknown = new ArrayList<>(new LinkedHashSet<>(texts));
    unknown.removeIf(known::containsKey);
    if (!unknown.isEmpty()) {
      float[][] vectors = encoder.encode(unknown);
      for (int i = 0; i < vectors.length; i++) {
        EncodedText encoded = new EncodedText(unknown.get(i), vectors[i], bm25);
        recent.put(encoded.text(), encoded);
        known.put(encoded.text(), encoded);
      }
    }
    return texts.stream().map(known::get).toList();
  }

  /** Bytes that remembered texts take. */
  long bytes() {
    recent.cleanUp();
    return recent.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }

  @Override
  public void close() {
    bm25.close();
  }
}
