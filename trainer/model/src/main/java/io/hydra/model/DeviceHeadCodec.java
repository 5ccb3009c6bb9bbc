package io.hydra.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.model.feature.ClosedFeatures;
import io.hydra.model.feature.Memory;
import io.hydra.model.feature.Trunk;
import io.hydra.model.task.Metric;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.Heads.Member;
import io.hydra.schemas.redis.Heads.Mixture;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes of a {@link DeviceHead}, big-endian; a text is its length (uint16) and UTF-8. Version 2,
 * and version 1, which has no trunk of names and is written where there is none:
 *
 * <pre>
 * version          uint8
 * base, task       text each
 * metric           text: ACCURACY, MAE, MSE or MAE_AND_RMSE
 * margin           float64
 * options          uint16, then each: text, share among the population (float64)
 * trunk of words   uint16 rows (0, or one an option), uint16 columns, float32 each, row by row
 * has meaning      uint8: 1 if a trunk of meaning follows, of the same form
 * trunk of names   version 2: of the same form
 * features         uint16 F
 * adapter          F float64: with samples of an LLM; F float64: without
 * falls back       uint8: 1 if the user is served plain sampling's answer
 * population loss  float32
 * members          uint8, then each: loss (float32), δ (F float32)
 * </pre>
 */
public final class DeviceHeadCodec {
  static final byte VERSION = 2;

  private static final byte WITHOUT_NAMES = 1;

  private DeviceHeadCodec() {}

  /** Returns ten to sixty kilobytes, most of them the trunks. */
  public static byte[] encode(DeviceHead head) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(head, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DeviceHead head, DataOutputStream out) throws IOException {
    TaskSpec task = head.task();
    out.writeByte(head.optionNames().isTrained() ? VERSION : WITHOUT_NAMES);
    write(head.baseVersion(), out);
    write(task.id(), out);
    write(task.metric().name(), out);
    out.writeDouble(task.margin());
    out.writeShort(task.options().size());
    for (int c = 0; c < task.options().size(); c++) {
      write(task.options().get(c), out);
      out.writeDouble(head.shares()[c]);
    }
    write(head.words(), out);
    out.writeByte(head.meaning() == null ? 0 : 1);
    if (head.meaning() != null) {
      write(head.meaning(), out);
    }
    if (head.optionNames().isTrained()) {
      write(head.optionNames(), out);
    }
    out.writeShort(head.adapter().length);
    write(head.adapter(), out);
    write(head.adapterUnsampled(), out);
    out.writeByte(head.own().fallsBack() ? 1 : 0);
    out.writeFloat(head.own().populationLoss());
    out.writeByte(head.own().members().size());
    for (Member member : head.own().members()) {
      out.writeFloat(member.loss());
      for (float d : member.delta()) {
        out.writeFloat(d);
      }
    }
  }

  private static void write(String text, DataOutputStream out) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  private static void write(Trunk trunk, DataOutputStream out) throws IOException {
    out.writeShort(trunk.matrix().length);
    out.writeShort(trunk.isTrained() ? trunk.matrix()[0].length : 0);
    for (float[] row : trunk.matrix()) {
      for (float value : row) {
        out.writeFloat(value);
      }
    }
  }

  private static void write(double[] values, DataOutputStream out) throws IOException {
    for (double value : values) {
      out.writeDouble(value);
    }
  }

  /**
   * @throws CorruptValueException if the bytes are of an unknown version, cut short or no head's
   */
  public static DeviceHead decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      byte version = in.get();
      if (version != VERSION && version != WITHOUT_NAMES) {
        throw new CorruptValueException(
            "a device's head has format version %d, this program reads %d and %d: upgrade it"
                .formatted(version, WITHOUT_NAMES, VERSION));
      }
      return read(in, version == VERSION);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new CorruptValueException("a device's head is cut short or damaged", e);
    }
  }

  private static DeviceHead read(ByteBuffer in, boolean hasNames) {
    String base = text(in);
    String id = text(in);
    Metric metric = Metric.valueOf(text(in));
    double margin = in.getDouble();
    int count = Short.toUnsignedInt(in.getShort());
    List<String> options = new ArrayList<>();
    double[] shares = new double[count];
    for (int c = 0; c < count; c++) {
      options.add(text(in));
      shares[c] = in.getDouble();
    }
    TaskSpec task =
        new TaskSpec(id, null, options, metric, null, null, null, null, null, null, margin);
    Trunk words = trunk(in);
    Trunk meaning = in.get() == 0 ? null : trunk(in);
    Trunk names = hasNames ? trunk(in) : Trunk.NONE;
    int features = Short.toUnsignedInt(in.getShort());
    double[] adapter = doubles(in, features);
    double[] unsampled = doubles(in, features);
    boolean fallsBack = in.get() != 0;
    float populationLoss = in.getFloat();
    int members = Byte.toUnsignedInt(in.get());
    List<Member> own = new ArrayList<>();
    for (int m = 0; m < members; m++) {
      float loss = in.getFloat();
      own.add(new Member(0, loss, floats(in, features)));
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException("there are %d bytes more".formatted(in.remaining()));
    }
    int wanted =
        new ClosedFeatures(task, shares, meaning == null ? null : Memory.NONE, names)
            .names()
            .size();
    if (features != wanted
        || !fits(words, count)
        || !fits(names, count)
        || (meaning != null && !fits(meaning, count))) {
      throw new IllegalArgumentException("trunks or features are not those of the options");
    }
    Mixture mixture = new Mixture(0, populationLoss, own, fallsBack, false);
    return new DeviceHead(base, task, shares, words, meaning, names, adapter, unsampled, mixture);
  }

  private static boolean fits(Trunk trunk, int options) {
    return !trunk.isTrained() || trunk.matrix().length == options;
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(bytes);
    return new String(bytes, UTF_8);
  }

  private static Trunk trunk(ByteBuffer in) {
    int rows = Short.toUnsignedInt(in.getShort());
    int columns = Short.toUnsignedInt(in.getShort());
    List<float[]> matrix = new ArrayList<>();
    for (int c = 0; c < rows; c++) {
      matrix.add(floats(in, columns));
    }
    return new Trunk(matrix.toArray(float[][]::new));
  }

  private static double[] doubles(ByteBuffer in, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.getDouble();
    }
    return values;
  }

  private static float[] floats(ByteBuffer in, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.getFloat();
    }
    return values;
  }
}
