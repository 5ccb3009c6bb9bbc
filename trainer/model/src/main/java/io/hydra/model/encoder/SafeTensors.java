package io.hydra.model.encoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;

/**
 * Reads tensors from a safetensors file: the header's length in 8 bytes, a JSON header that gives
 * each tensor's type, shape and place, then the data, all little-endian. Checked when it is opened:
 * the tensors fill the data without gap or overlap, as the format demands.
 */
final class SafeTensors implements AutoCloseable {
  private static final int LENGTH_BYTES = 8;
  private static final long MAX_HEADER = 100_000_000;
  private static final int CHUNK = 1 << 20;
  private static final Map<String, Integer> BYTES =
      Map.of(
          "F64", 8, "F32", 4, "F16", 2, "BF16", 2, "I64", 8, "I32", 4, "I16", 2, "I8", 1, "U8", 1);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param from first byte of the data, counted from the end of the header
   */
  private record Tensor(String type, List<Long> shape, long from, long to) {
    long size() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }
  }

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Tensor> tensors = new TreeMap<>();
  private long dataStart;

  private SafeTensors(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * @throws UserException if the file is not a whole safetensors file
   */
  static SafeTensors open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file);
    SafeTensors opened = new SafeTensors(file, channel);
    try {
      opened.readHeader();
      return opened;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void readHeader() throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw damaged("it is shorter than a header");
    }
    long length = read(0, LENGTH_BYTES).getLong();
    if (length < 2 || length > Math.min(MAX_HEADER, size - LENGTH_BYTES)) {
      throw damaged("its header claims %d bytes of %d".formatted(length, size));
    }
    dataStart = LENGTH_BYTES + length;
    JsonNode header;
    try {
      header = JSON.readTree(read(LENGTH_BYTES, (int) length).array());
    } catch (JsonProcessingException e) {
      throw damaged("its header is not JSON");
    }
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (!field.getKey().equals("__metadata__")) {
        tensors.put(field.getKey(), tensor(field.getKey(), field.getValue()));
      }
    }
    long expected = 0;
    Comparator<Tensor> byPlace =
        Comparator.comparingLong(Tensor::from).thenComparingLong(Tensor::to);
    for (Tensor tensor : tensors.values().stream().sorted(byPlace).toList()) {
      if (tensor.from() != expected) {
        throw damaged("its tensors overlap or leave a gap at byte %d".formatted(expected));
      }
      expected = tensor.to();
    }
    if (expected != size - dataStart) {
      throw damaged(
          "its tensors need %d bytes, and it holds %d".formatted(expected, size - dataStart));
    }
  }

  private Tensor tensor(String name, JsonNode node) {
    JsonNode offsets = node.path("data_offsets");
    if (!node.path("dtype").isTextual() || !node.path("shape").isArray() || offsets.size() != 2) {
      throw damaged("tensor " + name + " lacks dtype, shape or data_offsets");
    }
    List<Long> shape = new ArrayList<>();
    node.path("shape").forEach(d -> shape.add(d.asLong(-1)));
    Tensor tensor =
        new Tensor(
            node.path("dtype").asText(), shape, offsets.get(0).asLong(-1), offsets.get(1).asLong());
    Integer bytes = BYTES.get(tensor.type());
    if (bytes == null) {
      throw new UserException(
          "%s: tensor %s has type %s; only %s are read"
              .formatted(
                  file, name, tensor.type(), String.join(", ", new TreeMap<>(BYTES).keySet())));
    }
    try {
      if (shape.stream().anyMatch(d -> d < 0)
          || tensor.from() < 0
          || tensor.to() - tensor.from() != Math.multiplyExact(tensor.size(), bytes)) {
        throw damaged("tensor %s does not have the bytes of its shape".formatted(name));
      }
    } catch (ArithmeticException e) {
      throw damaged("tensor %s is larger than can be".formatted(name));
    }
    return tensor;
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  Set<String> names() {
    return tensors.keySet();
  }

  List<Long> shape(String name) {
    return tensors.get(name).shape();
  }

  /** The numbers of a tensor in row-major order, whatever type they have in the file. */
  float[] floats(String name) throws IOException {
    Tensor tensor = tensors.get(name);
    float[] values = new float[count(name, tensor)];
    ObjIntConsumer<ByteBuffer> sink =
        switch (tensor.type()) {
          case "F64" -> (b, i) -> values[i] = (float) b.getDouble();
          case "F32" -> (b, i) -> values[i] = b.getFloat();
          case "F16" -> (b, i) -> values[i] = half(b.getShort());
          case "BF16" -> (b, i) -> values[i] = Float.intBitsToFloat(b.getShort() << 16);
          default -> (b, i) -> values[i] = integer(tensor.type(), b);
        };
    read(tensor, values.length, sink);
    return values;
  }

  /**
   * The numbers of a tensor of integers.
   *
   * @throws UserException if it holds fractions, or numbers beyond an int
   */
  int[] ints(String name) throws IOException {
    Tensor tensor = tensors.get(name);
    if (!tensor.type().startsWith("I") && !tensor.type().startsWith("U")) {
      throw damaged("tensor %s holds %s, not integers".formatted(name, tensor.type()));
    }
    int[] values = new int[count(name, tensor)];
    try {
      read(tensor, values.length, (b, i) -> values[i] = Math.toIntExact(integer(tensor.type(), b)));
    } catch (ArithmeticException e) {
      throw damaged("tensor %s holds integers that are too large".formatted(name));
    }
    return values;
  }

  private int count(String name, Tensor tensor) {
    if (tensor.size() > Integer.MAX_VALUE - 8) {
      throw new UserException(
          "%s: tensor %s has %d numbers, more than are read".formatted(file, name, tensor.size()));
    }
    return (int) tensor.size();
  }

  private void read(Tensor tensor, int count, ObjIntConsumer<ByteBuffer> sink) throws IOException {
    int bytes = BYTES.get(tensor.type());
    int perChunk = CHUNK / bytes;
    for (int from = 0; from < count; from += perChunk) {
      int to = Math.min(count, from + perChunk);
      ByteBuffer chunk = read(dataStart + tensor.from() + (long) from * bytes, (to - from) * bytes);
      for (int i = from; i < to; i++) {
        sink.accept(chunk, i);
      }
    }
  }

  private ByteBuffer read(long position, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw damaged("it ends early");
      }
    }
    return buffer.flip();
  }

  private static long integer(String type, ByteBuffer bytes) {
    return switch (type) {
      case "I64" -> bytes.getLong();
      case "I32" -> bytes.getInt();
      case "I16" -> bytes.getShort();
      case "I8" -> bytes.get();
      default -> bytes.get() & 0xff;
    };
  }

  /** IEEE 754 binary16. */
  static float half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24f;
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Float.intBitsToFloat((exponent + 112) << 23 | fraction << 13);
        };
    return bits < 0 ? -magnitude : magnitude;
  }

  private UserException damaged(String why) {
    return new UserException(
        "%s: not a whole safetensors file, %s; copy it again".formatted(file, why));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
