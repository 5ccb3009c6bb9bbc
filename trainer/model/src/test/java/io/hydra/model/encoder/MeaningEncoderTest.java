package io.hydra.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeaningEncoderTest {
  private static final List<String> TEXTS = List.of("good drum", "bad drum", "good", "bad");

  @TempDir private Path folder;

  private MeaningEncoder learn() throws IOException {
    Encoder encoder = EncoderSource.open(EncoderFixtures.staticModel(folder.resolve("model")));
    return MeaningEncoder.learn(encoder, TEXTS, 2, 1);
  }

  @Test
  void whatIsStoredGivesTheSameBytes() throws IOException {
    Path stored = Files.createDirectory(folder.resolve("stored"));
    try (MeaningEncoder learned = learn()) {
      learned.save(stored);
      assertThat(learned.dimensions()).isEqualTo(2);
      try (MeaningEncoder opened = MeaningEncoder.open(stored)) {
        for (String text : TEXTS) {
          assertThat(opened.pack(text)).hasSize(1).isEqualTo(learned.pack(text));
        }
      }
    }
  }

  @Test
  void damagedReductionsAreRefused() throws IOException {
    Path stored = Files.createDirectory(folder.resolve("stored"));
    try (MeaningEncoder learned = learn()) {
      learned.save(stored);
    }
    Files.write(stored.resolve("reduction.bin"), new byte[40]);
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> MeaningEncoder.open(stored));
  }

  @Test
  void unpackedVectorsHaveLengthOneOrZero() throws IOException {
    try (MeaningEncoder learned = learn()) {
      float[] vector = MeaningEncoder.unpack(learned.pack("good drum"));
      assertThat(Math.hypot(vector[0], vector[1])).isCloseTo(1, within(1e-6));
      assertThat(MeaningEncoder.unpack(learned.pack(""))).containsOnly(0);
    }
  }

  /** Fifteen levels lose 1.3 % of the square of parts that are normal. */
  @Test
  void aDirectionIsKeptByFourBits() {
    Random random = new Random(1);
    Reduction reduction = Reduction.learn(new float[0][], 384, 384, 1);
    double lost = 0;
    for (float[] vector : gaussian(random, 200, 384)) {
      double cosine = dot(turned(reduction, vector), Reduction.unpack(reduction.pack(vector)));
      lost += (1 - cosine * cosine) / 200;
    }
    assertThat(lost).isCloseTo(0.013, within(0.0005));
  }

  private static float[] turned(Reduction reduction, float[] vector) {
    float[] turned = new float[reduction.directions().length];
    for (int k = 0; k < turned.length; k++) {
      turned[k] = (float) (dot(reduction.directions()[k], vector) / Math.sqrt(dot(vector, vector)));
    }
    return turned;
  }

  @Test
  void anOddNumberOfDirectionsIsFilledUpByZeros() {
    float[][] vectors = gaussian(new Random(1), 50, 5);
    Reduction reduction = Reduction.learn(vectors, 5, 3, 1);
    assertThat(reduction.dimensions()).isEqualTo(4);
    for (float[] vector : vectors) {
      float[] unpacked = Reduction.unpack(reduction.pack(vector));
      assertThat(unpacked).hasSize(4).endsWith(0);
    }
  }

  private static float[][] gaussian(Random random, int count, int length) {
    float[][] vectors = new float[count][length];
    for (float[] vector : vectors) {
      for (int i = 0; i < length; i++) {
        vector[i] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  @Test
  void aPackedVectorStandsForItsLevelsAtLengthOneToTheLastBit() {
    Random random = new Random(2);
    for (int round = 0; round < 100; round++) {
      byte[] packed = new byte[192];
      float[] meant = new float[2 * packed.length];
      if (round > 0) {
        random.nextBytes(packed);
      }
      double square = 0;
      for (int i = 0; i < meant.length; i++) {
        meant[i] = (byte) (packed[i / 2] << (i % 2 == 0 ? 0 : 4)) >> 4;
        square += meant[i] * meant[i];
      }
      for (int i = 0; i < meant.length; i++) {
        meant[i] = square == 0 ? 0 : (float) (meant[i] / Math.sqrt(square));
      }
      assertThat(MeaningEncoder.unpack(packed)).isEqualTo(meant);
    }
  }

  /** Vectors that vary in three directions alone keep their angles under three. */
  @Test
  void theMainDirectionsAreKept() {
    Random random = new Random(1);
    float[][] vectors = new float[200][20];
    for (float[] vector : vectors) {
      for (int k = 0; k < 3; k++) {
        float along = (float) random.nextGaussian() * (k + 1);
        for (int i = 0; i < vector.length; i++) {
          vector[i] += along * (float) Math.sin((k + 1) * (i + 1));
        }
      }
    }
    Reduction reduction = Reduction.learn(vectors, 20, 3, 1);
    for (int i = 0; i + 1 < vectors.length; i++) {
      float[] one = turned(reduction, vectors[i]);
      float[] other = turned(reduction, vectors[i + 1]);
      assertThat(dot(one, other)).isCloseTo(cosine(vectors[i], vectors[i + 1]), within(0.001));
    }
  }

  /**
   * Hardly less is kept than along the best directions, where these differ little from the rest.
   */
  @Test
  void aSlowlyFallingSpectrumIsKept() {
    int length = 60;
    int kept = 30;
    Random random = new Random(1);
    float[][] vectors = new float[300][length];
    for (float[] vector : vectors) {
      for (int i = 0; i < length; i++) {
        vector[i] = (float) (random.nextGaussian() / Math.sqrt(i + 1));
      }
    }
    Reduction reduction = Reduction.learn(vectors, length, kept, 1);
    double best = 0;
    double found = 0;
    for (float[] vector : vectors) {
      for (int k = 0; k < kept; k++) {
        best += vector[k] * vector[k];
        found += Math.pow(dot(reduction.directions()[k], vector), 2);
      }
    }
    assertThat(found / best).isGreaterThan(0.995);
  }

  /**
   * The part that all texts have in common, nine tenths of them here, is nowhere more than half.
   */
  @Test
  void noDirectionStandsOut() {
    Random random = new Random(1);
    float[][] vectors = new float[500][8];
    for (float[] vector : vectors) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) random.nextGaussian() + (i == 0 ? 8 : 0);
      }
    }
    Reduction reduction = Reduction.learn(vectors, 8, 6, 1);
    double[] squares = new double[6];
    for (float[] vector : vectors) {
      float[] packed = Reduction.unpack(reduction.pack(vector));
      for (int k = 0; k < packed.length; k++) {
        squares[k] += (double) packed[k] * packed[k] / vectors.length;
      }
    }
    assertThat(Arrays.stream(squares)).allMatch(square -> square < 0.5);
  }

  private static double cosine(float[] a, float[] b) {
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
