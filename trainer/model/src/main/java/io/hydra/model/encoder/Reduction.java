package io.hydra.model.encoder;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/**
 * A basis of the space in which an encoder's vectors mostly lie (the span of the main directions of
 * their second moments, about zero: what all texts have in common is in it, and serves a trunk as
 * its constant), and vectors along it with four bits for each direction. What counts of such a
 * vector is its direction, so no scale is stored with it: the same vector packed again gives the
 * same bytes.
 *
 * <p>The basis is turned at random, so that all its directions weigh about the same. Along the main
 * directions themselves, what texts have in common would take most of the range, and a trunk would
 * learn the small directions as fast as the large ones, since Adam's step is the same for each. A
 * vector's parts along so many random directions are nearly normal, whatever the vector is, so that
 * one step between the fifteen levels is the best for all of them.
 *
 * @param directions orthonormal, each as long as a vector
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
record Reduction(float[][] directions) {
  private static final int FORMAT = 1;
  private static final int MOST_DIMENSIONS = 1 << 16;

  /**
   * Of the levels, in standard deviations of a vector's parts: what loses least of the square of a
   * normal variable with fifteen of them (1.3 %; J. Max, Quantizing for minimum distortion, 1960).
   */
  private static final double STEP = 0.3529;

  private static final int HIGHEST_LEVEL = 7;
  private static final int NIBBLE = 0xF;

  /** Half of all directions then miss a thousandth of what the best ones keep. */
  private static final int ITERATIONS = 8;

  /** Keeps the directions apart where there are fewer vectors than directions. */
  private static final double FLOOR = 1e-6;

  /**
   * Finds the directions by subspace iteration from a random start.
   *
   * @param vectors all of one length; with none, the directions are random
   * @param dimensions directions to find, at most as many as a vector has dimensions
   */
  static Reduction learn(float[][] vectors, int length, int dimensions, long seed) {
    Random random = new Random(seed);
    double[][] directions = new double[Math.min(dimensions, length)][length];
    for (double[] direction : directions) {
      Arrays.setAll(direction, i -> random.nextGaussian());
    }
    orthonormalize(directions);
    // All dimensions span the whole space, whatever the vectors are.
    if (directions.length < length) {
      double[][] moments = moments(vectors, length);
      for (int iteration = 0; iteration < ITERATIONS; iteration++) {
        for (int k = 0; k < directions.length; k++) {
          directions[k] = product(moments, directions[k]);
        }
        orthonormalize(directions);
      }
    }
    directions = turn(directions, random);
    float[][] found = new float[directions.length][length];
    for (int k = 0; k < found.length; k++) {
      for (int i = 0; i < length; i++) {
        found[k][i] = (float) directions[k][i];
      }
    }
    return new Reduction(found);
  }

  /** Another basis of the same space, every one as likely. */
  private static double[][] turn(double[][] basis, Random random) {
    double[][] turned = new double[basis.length][basis[0].length];
    for (double[] direction : turned) {
      for (double[] part : basis) {
        double along = random.nextGaussian();
        for (int i = 0; i < direction.length; i++) {
          direction[i] += along * part[i];
        }
      }
    }
    orthonormalize(turned);
    return turned;
  }

  /** Symmetric, with a small multiple of the identity added. */
  private static double[][] moments(float[][] vectors, int length) {
    double[][] moments = new double[length][length];
    double trace = 0;
    for (float[] vector : vectors) {
      for (int i = 0; i < length; i++) {
        double[] row = moments[i];
        double v = vector[i];
        trace += v * v;
        for (int j = 0; j <= i; j++) {
          row[j] += v * vector[j];
        }
      }
    }
    for (int i = 0; i < length; i++) {
      moments[i][i] += FLOOR * (trace / length + 1);
      for (int j = 0; j < i; j++) {
        moments[j][i] = moments[i][j];
      }
    }
    return moments;
  }

  private static double[] product(double[][] matrix, double[] vector) {
    double[] product = new double[vector.length];
    for (int i = 0; i < product.length; i++) {
      product[i] = dot(matrix[i], vector);
    }
    return product;
  }

  /** Gram-Schmidt, twice: once leaves rounding where directions were nearly the same. */
  private static void orthonormalize(double[][] directions) {
    for (int k = 0; k < directions.length; k++) {
      double[] direction = directions[k];
      for (int pass = 0; pass < 2; pass++) {
        for (int other = 0; other < k; other++) {
          double along = dot(direction, directions[other]);
          for (int i = 0; i < direction.length; i++) {
            direction[i] -= along * directions[other][i];
          }
        }
        double length = Math.sqrt(dot(direction, direction));
        for (int i = 0; i < direction.length; i++) {
          direction[i] /= length;
        }
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Dimensions of the vectors that it reduces. */
  int length() {
    return directions[0].length;
  }

  /** Dimensions of a vector that was packed: the directions, and a last one of zeros if odd. */
  int dimensions() {
    return 2 * bytes();
  }

  /** Bytes of a packed vector. */
  int bytes() {
    return (directions.length + 1) / 2;
  }

  /**
   * The levels of the vector along the directions, from -7 to 7 in two's complement, the earlier of
   * two in a byte's higher half; zeros of a zero vector.
   */
  byte[] pack(float[] vector) {
    double[] along = new double[directions.length];
    double square = 0;
    for (int k = 0; k < along.length; k++) {
      for (int i = 0; i < vector.length; i++) {
        along[k] += directions[k][i] * vector[i];
      }
      square += along[k] * along[k];
    }
    byte[] packed = new byte[bytes()];
    double step = STEP * Math.sqrt(square / along.length);
    for (int k = 0; k < along.length && square > 0; k++) {
      long level = Math.round(along[k] / step);
      level = Math.max(-HIGHEST_LEVEL, Math.min(HIGHEST_LEVEL, level));
      packed[k / 2] |= (byte) (k % 2 == 0 ? level << 4 : level & 0xF);
    }
    return packed;
  }

  /** The packed vector's direction, of length one, or zero. */
  static float[] unpack(byte[] packed) {
    float[] values = values(packed);
    float[] vector = new float[2 * packed.length];
    for (int i = 0; i < packed.length; i++) {
      vector[2 * i] = values[packed[i] >> 4 & NIBBLE];
      vector[2 * i + 1] = values[packed[i] & NIBBLE];
    }
    return vector;
  }

  /** The value that each half of a byte stands for in a packed vector of length one, or zero. */
  private static float[] values(byte[] packed) {
    int square = 0;
    for (byte two : packed) {
      int first = two >> 4;
      int second = (byte) (two << 4) >> 4;
      square += first * first + second * second;
    }
    float[] values = new float[NIBBLE + 1];
    double length = Math.sqrt(Math.max(1, square));
    for (int half = 0; half <= NIBBLE; half++) {
      int level = (byte) (half << 4) >> 4;
      values[half] = (float) (level / length);
    }
    return values;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeInt(FORMAT);
    out.writeInt(directions.length);
    out.writeInt(length());
    for (float[] direction : directions) {
      write(out, direction);
    }
  }

  private static void write(DataOutputStream out, float[] values) throws IOException {
    for (float value : values) {
      out.writeFloat(value);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if the stream does not hold a reduction
   */
  static Reduction read(DataInputStream in) throws IOException {
    int format = in.readInt();
    int dimensions = in.readInt();
    int length = in.readInt();
    if (format != FORMAT || dimensions < 1 || length < dimensions || length > MOST_DIMENSIONS) {
      throw new IOException("not the reduction of an encoder's vectors");
    }
    float[][] directions = new float[dimensions][];
    for (int k = 0; k < dimensions; k++) {
      directions[k] = read(in, length);
    }
    return new Reduction(directions);
  }

  private static float[] read(DataInputStream in, int length) throws IOException {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = in.readFloat();
    }
    return values;
  }
}
