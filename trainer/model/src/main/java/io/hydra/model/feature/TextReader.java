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
 * Reads texts with one encoder and remembers the latest: the encoder is frozen, so a history item
 * is encoded once and not at every query. Thread-safe.
 */
public final class TextReader implements AutoCloseable {
  /** This part of the largest heap is for remembered texts, */
  private static final int HEAP_SHARE = 4;

  /** and no more than this: base training has a reader per fold. */
  private static final long MOST_BYTES = 100_000_000;

  private final Encoder encoder;
  private final Bm25 bm25 = new Bm25();
  private final Cache<String, ReadText> recent;

  /** Remembers texts in a quarter of the largest heap, up to 100 MB. */
  public TextReader(Encoder encoder) {
    this(encoder, Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
  }

  /**
   * @param bytes that remembered texts may take, with their vectors, terms and words
   */
  TextReader(Encoder encoder, long bytes) {
    this.encoder = encoder;
    this.recent =
        Caffeine.newBuilder()
            .maximumWeight(bytes)
            .weigher((String text, ReadText read) -> read.bytes())
            .executor(Runnable::run)
            .build();
  }

  public ReadText read(String text) {
    return read(List.of(text)).get(0);
  }

  /**
   * @return one per text; those not remembered are encoded in one batch
   */
  public List<ReadText> read(List<String> texts) {
    Map<String, ReadText> known = new HashMap<>(recent.getAllPresent(texts));
    List<String> unknown = new ArrayList<>(new LinkedHashSet<>(texts));
    unknown.removeIf(known::containsKey);
    if (!unknown.isEmpty()) {
      float[][] vectors = encoder.encode(unknown);
      for (int i = 0; i < vectors.length; i++) {
        ReadText read = new ReadText(unknown.get(i), vectors[i], bm25);
        recent.put(read.text(), read);
        known.put(read.text(), read);
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
