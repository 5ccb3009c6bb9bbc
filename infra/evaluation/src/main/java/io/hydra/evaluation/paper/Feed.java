package io.hydra.evaluation.paper;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Takes numbers from Java to a tensor at every step, through one buffer: those that DJL makes for
 * each new tensor are freed by the garbage collector alone, and gigabytes gather.
 */
final class Feed {
  /** The alignment of a tensor's own memory; at another one, sums may be ordered otherwise. */
  private static final int ALIGNMENT = 64;

  /** The content of the next tensor, row-major. */
  final float[] values;

  private final NDManager manager;
  private final Shape shape;
  private final ByteBuffer bytes;
  private final FloatBuffer floats;

  Feed(NDManager manager, long... shape) {
    this.manager = manager;
    this.shape = new Shape(shape);
    values = new float[Math.toIntExact(this.shape.size())];
    int size = (values.length * Float.BYTES + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    bytes =
        ByteBuffer.allocateDirect(size + ALIGNMENT)
            .alignedSlice(ALIGNMENT)
            .limit(values.length * Float.BYTES)
            .order(ByteOrder.nativeOrder());
    floats = bytes.asFloatBuffer();
  }

  /** A tensor that holds {@link #values} until the next push. */
  NDArray push() {
    floats.put(0, values);
    return manager.create(bytes, shape, DataType.FLOAT32);
  }

  /** Reads a tensor of this shape into {@link #values}. */
  void pull(NDArray tensor) {
    System.arraycopy(tensor.toFloatArray(), 0, values, 0, values.length);
  }
}
