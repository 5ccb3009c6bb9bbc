package io.hydra.model.encoder;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A pretrained encoder as a base uses it: frozen, its vectors reduced and packed into a byte for
 * each dimension as soon as they are made. It costs milliseconds a text, so a packed vector is
 * worth keeping, and since nothing ever sees the vector before it was packed, one that was kept is
 * as good as a new one. Texts are encoded one by one: a quantized network's result depends on what
 * else is in its batch. Thread-safe.
 */
public final class MeaningEncoder implements AutoCloseable {
  private static final String REDUCTION = "reduction.bin";

  private final Encoder encoder;
  private final Reduction reduction;

  private MeaningEncoder(Encoder encoder, Reduction reduction) {
    this.encoder = encoder;
    this.reduction = reduction;
  }

  /**
   * Learns which of the encoder's dimensions to keep.
   *
   * @param encoder then this one's, to be closed with it
   * @param texts the more the better
   * @param dimensions of a packed vector, at most the encoder's
   */
  public static MeaningEncoder learn(
      Encoder encoder, List<String> texts, int dimensions, long seed) {
    float[][] vectors =
        texts.stream().map(text -> encoder.encode(List.of(text))[0]).toArray(float[][]::new);
    return new MeaningEncoder(
        encoder, Reduction.learn(vectors, encoder.dimensions(), dimensions, seed));
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
    if (encoder.dimensions() != reduction.mean().length) {
      encoder.close();
      throw new IOException("the encoder's vectors do not fit " + REDUCTION);
    }
    return new MeaningEncoder(encoder, reduction);
  }

  /** Writes encoder and reduction into a folder that exists and is empty. */
  public void save(Path folder) throws IOException {
    encoder.save(folder);
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(Files.newOutputStream(folder.resolve(REDUCTION))))) {
      reduction.write(out);
    }
  }

  /** Bytes of a packed vector, and dimensions of an unpacked one. */
  public int bytes() {
    return reduction.bytes();
  }

  /** The packed vector of a text, a function of the text alone. */
  public byte[] encode(String text) {
    return reduction.pack(encoder.encode(List.of(text))[0]);
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
