package io.hydra.model.encoder;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A matrix of floats in the bytes of a DJL parameter (0.35), as encoders of words have always been
 * stored: whoever runs one reads it without DJL's engine. Name and shape are known beforehand, so
 * the header is compared and not parsed.
 */
record DjlParameter(String name, int rows, int columns) {
  private static final byte PARAMETER_VERSION = 1;
  private static final int ARRAY_VERSION = 3;

  private int length() {
    return rows * columns;
  }

  private byte[] header() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeChar('P');
      out.writeByte(PARAMETER_VERSION);
      out.writeUTF(name);
      out.writeUTF("NDAR");
      out.writeInt(ARRAY_VERSION);
      out.writeBoolean(true);
      out.writeUTF(name);
      out.writeUTF("DENSE");
      out.writeUTF("FLOAT32");
      out.writeInt(2);
      out.writeLong(rows);
      out.writeLong(columns);
      // The dimensions' meaning: DJL has a letter for each, and none for these.
      out.writeInt(2);
      out.writeChars("??");
      out.writeByte('<');
      out.writeInt(length() * Float.BYTES);
    } catch (IOException e) {
      throw new IllegalStateException("memory takes all bytes", e);
    }
    return bytes.toByteArray();
  }

  /**
   * @param values row-major
   */
  void write(float[] values, OutputStream out) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    out.write(header());
    out.write(bytes.array());
  }

  /**
   * Reads what {@link #write} wrote, row-major.
   *
   * @throws IOException if the stream holds something else
   */
  float[] read(InputStream in) throws IOException {
    byte[] header = header();
    boolean isThis = Arrays.equals(in.readNBytes(header.length), header);
    byte[] bytes = in.readNBytes(length() * Float.BYTES);
    if (!isThis || bytes.length < length() * Float.BYTES) {
      throw new IOException("no parameter %s of shape %d × %d".formatted(name, rows, columns));
    }
    float[] values = new float[length()];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
