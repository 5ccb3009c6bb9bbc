package io.hydra.model.encoder;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * A pretrained encoder as a base uses it: frozen, its vectors reduced and packed into half a byte
 * for each dimension as soon as they are made. It costs milliseconds a text, so a packed vector is
 * worth keeping, and since nothing ever sees the vector before it was packed, one that was kept is
 * as good as a new one. States of words are handed on as they are, and never kept. Texts are
 * encoded one by one: a quantized network's result depends on what else is in its batch.
 * Thread-safe.
 */
public final class MeaningEncoder implements Encoder {
  private static final String REDUCTION = "reduction.bin";

  private final Encoder encoder;
  private final Reduction reduction;

  /** Packed vectors by text, for who asks for the same texts often; else null. */
  private final Map<String, byte[]> known;

  private final LongAdder failures = new LongAdder();

  private MeaningEncoder(Encoder encoder, Reduction reduction, Map<String, byte[]> known) {
    this.encoder = encoder;
    this.reduction = reduction;
    this.known = known;
  }

  /**
   * Learns which of an encoder's dimensions to keep. What comes back remembers each text that it
   * was ever asked for: base training asks for the same ones once per fold.
   *
   * @param encoder then this one's, to be closed with it
   * @param texts the more the better
   * @param dimensions of a packed vector, at most the encoder's
   */
  public static MeaningEncoder learn(
      Encoder encoder, List<String> texts, int dimensions, long seed) {
    // Where all dimensions are kept, it does not matter where the texts lie.
    List<String> seen = dimensions < encoder.dimensions() ? texts : List.of();
    float[][] vectors =
        seen.stream().map(text -> encoder.encode(List.of(text))[0]).toArray(float[][]::new);
    Reduction reduction = Reduction.learn(vectors, encoder.dimensions(), dimensions, seed);
    Map<String, byte[]> known = new ConcurrentHashMap<>();
    for (int i = 0; i < vectors.length; i++) {
      known.put(seen.get(i), reduction.pack(vectors[i]));
    }
    return new MeaningEncoder(encoder, reduction, known);
  }

  /** The same without its memory, to be closed instead of this one. */
  public MeaningEncoder forgetful() {
    return new MeaningEncoder(encoder, reduction, null);
  }

  /** Reads what {@link #save} wrote. */
  public static MeaningEncoder open(Path folder) throws IOException {
    Reduction reduction;
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(Files.newInputStream(folder.resolve(REDUCTION))))) {
      reduction = Reduction.read(in);
    }
    Encoder encoder = EncoderSource.open(folder);
    if (encoder.dimensions() != reduction.length()) {
      encoder.close();
      throw new IOException("the encoder's vectors do not fit " + REDUCTION);
    }
    return new MeaningEncoder(encoder, reduction, null);
  }

  @Override
  public void save(Path folder) throws IOException {
    encoder.save(folder);
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(Files.newOutputStream(folder.resolve(REDUCTION))))) {
      reduction.write(out);
    }
  }

  @Override
  public int dimensions() {
    return reduction.dimensions();
  }

  public int packedBytes() {
    return reduction.bytes();
  }

  @Override
  public float[][] encode(List<String> texts) {
    return texts.stream().map(text -> unpack(pack(text))).toArray(float[][]::new);
  }

  /**
   * The packed vector of a text, a function of the text alone.
   *
   * @throws EncoderFailedException whatever the encoder throws
   */
  public byte[] pack(String text) {
    byte[] packed = known == null ? null : known.get(text);
    if (packed == null) {
      packed = attempt(() -> reduction.pack(encoder.encode(List.of(text))[0]));
      if (known != null) {
        known.put(text, packed);
      }
    }
    return packed;
  }

  /**
   * The pretrained encoder's states, neither reduced nor packed.
   *
   * @throws EncoderFailedException whatever the encoder throws
   */
  @Override
  public Map<String, float[]> wordStates(String text) {
    return attempt(() -> encoder.wordStates(text));
  }

  private <T> T attempt(Supplier<T> encoding) {
    try {
      return encoding.get();
    } catch (RuntimeException e) {
      failures.increment();
      throw new EncoderFailedException(e);
    }
  }

  /** Texts that the encoder has failed on, each time counted. */
  public long failures() {
    return failures.sum();
  }

  /** The vector that is worked with: of length one, or zero for a text without meaning. */
  public static float[] unpack(byte[] packed) {
    return Reduction.unpack(packed);
  }

  @Override
  public void close() {
    encoder.close();
  }
}
