package io.hydra.schemas.redis;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes of {@link Heads}. Version 1, big-endian: version byte, historyVersion (int64), examples
 * (int32), populationLoss (float32), members (uint8), features (uint16), then per member precision,
 * loss and δ (float32 each). 20 + members × (8 + 4 × features) bytes.
 */
public final class HeadsCodec {
  public static final byte VERSION = 1;
  private static final int FIXED_BYTES =
      1 + Long.BYTES + Integer.BYTES + Float.BYTES + 1 + Short.BYTES;

  private HeadsCodec() {}

  public static byte[] encode(Heads heads) {
    int features = heads.members().isEmpty() ? 0 : heads.members().get(0).delta().length;
    int memberBytes = (2 + features) * Float.BYTES;
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + heads.members().size() * memberBytes);
    out.put(VERSION)
        .putLong(heads.historyVersion())
        .putInt(heads.examples())
        .putFloat(heads.populationLoss())
        .put((byte) heads.members().size())
        .putShort((short) features);
    for (Heads.Member member : heads.members()) {
      if (member.delta().length != features) {
        throw new IllegalArgumentException("all members must have the same number of features");
      }
      out.putFloat(member.precision()).putFloat(member.loss());
      for (float d : member.delta()) {
        out.putFloat(d);
      }
    }
    return out.array();
  }

  /**
   * @throws CorruptValueException if the bytes are of an unknown version or cut short
   */
  public static Heads decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      byte version = in.get();
      if (version != VERSION) {
        throw new CorruptValueException(
            "a head has format version %d, this program reads %d: upgrade it"
                .formatted(version, VERSION));
      }
      long historyVersion = in.getLong();
      int examples = in.getInt();
      float populationLoss = in.getFloat();
      int count = Byte.toUnsignedInt(in.get());
      int features = Short.toUnsignedInt(in.getShort());
      List<Heads.Member> members = new ArrayList<>(count);
      for (int m = 0; m < count; m++) {
        float precision = in.getFloat();
        float loss = in.getFloat();
        float[] delta = new float[features];
        for (int i = 0; i < features; i++) {
          delta[i] = in.getFloat();
        }
        members.add(new Heads.Member(precision, loss, delta));
      }
      return new Heads(historyVersion, examples, populationLoss, members);
    } catch (BufferUnderflowException e) {
      throw new CorruptValueException("a head is cut short", e);
    }
  }
}
