package io.hydra.model.base;

import io.hydra.model.encoder.Encoder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A frozen encoder that never encodes a text twice: base training asks for the same texts once per
 * fold. Closing it leaves the encoder open.
 */
final class RememberedVectors implements Encoder {
  private final Encoder encoder;
  private final Map<String, float[]> vectors = new ConcurrentHashMap<>();

  RememberedVectors(Encoder encoder) {
    this.encoder = encoder;
  }

  @Override
  public int dimensions() {
    return encoder.dimensions();
  }

  @Override
  public float[][] encode(List<String> texts) {
    List<String> unknown = new ArrayList<>(new LinkedHashSet<>(texts));
    unknown.removeIf(vectors::containsKey);
    float[][] encoded = encoder.encode(unknown);
    for (int i = 0; i < encoded.length; i++) {
      vectors.put(unknown.get(i), encoded[i]);
    }
    return texts.stream().map(vectors::get).toArray(float[][]::new);
  }

  @Override
  public void close() {
    vectors.clear();
  }
}
