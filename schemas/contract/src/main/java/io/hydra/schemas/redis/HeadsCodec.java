package io.hydra.schemas.redis;

import io.hydra.schemas.redis.Heads.Member;
import io.hydra.schemas.redis.Heads.Mixture;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes of {@link Heads}, big-endian. Version 4: version byte, historyVersion (int64), verdicts
 * (int32), then the adapter's and the reranker's mixture. A mixture: examples (int32),
 * populationLoss (float32), members (uint8), features (uint16), then per member precision, loss and
 * δ (float32 each), then uint8: 1 if it falls back, plus 2 if the user has shifted. Earlier
 * versions are still read: 3 knew of neither, 2 had no verdicts either, 1 ended with the adapter's
 * mixture as well.
 */
public final class HeadsCodec {
  public static final byte VERSION = 4;
  private static final byte WITHOUT_FLAGS = 3;
  private static final int FALLS_BACK = 1;
  private static final int SHIFTED = 2;
  private static final byte WITHOUT_VERDICTS = 2;
  private static final byte ADAPTER_ONLY = 1;
  private static final int MIXTURE_BYTES = Integer.BYTES + Float.BYTES + 1 + Short.BYTES + 1;

  private HeadsCodec() {}

  public static byte[] encode(Heads heads) {
    ByteBuffer out =
        ByteBuffer.allocate(
            1 + Long.BYTES + Integer.BYTES + size(heads.adapter()) + size(heads.reranker()));
    out.put(VERSION).putLong(heads.historyVersion()).putInt(heads.verdicts());
    put(out, heads.adapter());
    put(out, heads.reranker());
    return out.array();
  }

  /**
   * @throws CorruptValueException if the bytes are of an unknown version or cut short
   */
  public static Heads decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      byte version = in.get();
      if (version < ADAPTER_ONLY || version > VERSION) {
        throw new CorruptValueException(
            "a head has format version %d, this program reads %d to %d: upgrade it"
                .formatted(version, ADAPTER_ONLY, VERSION));
      }
      long historyVersion = in.getLong();
      int verdicts = version > WITHOUT_VERDICTS ? in.getInt() : 0;
      Mixture adapter = mixture(in, version);
      return new Heads(
          historyVersion,
          verdicts,
          adapter,
          version == ADAPTER_ONLY ? Mixture.NONE : mixture(in, version));
    } catch (BufferUnderflowException e) {
      throw new CorruptValueException("a head is cut short", e);
    }
  }

  private static int features(Mixture mixture) {
    return mixture.members().isEmpty() ? 0 : mixture.members().get(0).delta().length;
  }

  private static int size(Mixture mixture) {
    return MIXTURE_BYTES + mixture.members().size() * (2 + features(mixture)) * Float.BYTES;
  }

  private static void put(ByteBuffer out, Mixture mixture) {
    int features = features(mixture);
    out.putInt(mixture.examples())
        .putFloat(mixture.populationLoss())
        .put((byte) mixture.members().size())
        .putShort((short) features);
    for (Member member : mixture.members()) {
      if (member.delta().length != features) {
        throw new IllegalArgumentException("all members must have the same number of features");
      }
      out.putFloat(member.precision()).putFloat(member.loss());
      for (float d : member.delta()) {
        out.putFloat(d);
      }
    }
    out.put((byte) ((mixture.fallsBack() ? FALLS_BACK : 0) | (mixture.shifted() ? SHIFTED : 0)));
  }

  private static Mixture mixture(ByteBuffer in, byte version) {
    int examples = in.getInt();
    float populationLoss = in.getFloat();
    int count = Byte.toUnsignedInt(in.get());
    int features = Short.toUnsignedInt(in.getShort());
    List<Member> members = new ArrayList<>(count);
    for (int m = 0; m < count; m++) {
      float precision = in.getFloat();
      float loss = in.getFloat();
      float[] delta = new float[features];
      for (int i = 0; i < features; i++) {
        delta[i] = in.getFloat();
      }
      members.add(new Member(precision, loss, delta));
    }
    int flags = version > WITHOUT_FLAGS ? in.get() : 0;
    return new Mixture(
        examples, populationLoss, members, (flags & FALLS_BACK) != 0, (flags & SHIFTED) != 0);
  }
}
