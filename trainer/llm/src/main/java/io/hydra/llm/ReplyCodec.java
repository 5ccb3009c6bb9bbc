package io.hydra.llm;

import io.hydra.llm.LlmReply.Loss;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A kept {@link LlmReply}: prompt tokens (int), completion tokens (int), milliseconds (long),
 * number of texts (int), then each text as its length in bytes (int) and UTF-8. Big-endian.
 *
 * <p>Why a reply has fewer texts than were asked for is not kept. Earlier versions kept texts with
 * their reasoning, and empty ones; both are read as they would be today.
 */
final class ReplyCodec {
  /** The version of the log that holds them. A change of the bytes raises it. */
  static final byte VERSION = 1;

  private static final int FIXED_BYTES = 4 + 4 + 8 + 4;

  private ReplyCodec() {}

  static byte[] encode(LlmReply reply) {
    List<byte[]> texts =
        reply.texts().stream().map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
    int size = FIXED_BYTES + texts.stream().mapToInt(t -> 4 + t.length).sum();
    ByteBuffer out = ByteBuffer.allocate(size);
    out.putInt(bounded(reply.promptTokens())).putInt(bounded(reply.completionTokens()));
    out.putLong(reply.millis());
    out.putInt(texts.size());
    for (byte[] text : texts) {
      out.putInt(text.length).put(text);
    }
    return out.array();
  }

  static LlmReply decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int promptTokens = in.getInt();
    int completionTokens = in.getInt();
    long millis = in.getLong();
    int count = in.getInt();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = in.getInt();
      String kept = new String(bytes, in.position(), length, StandardCharsets.UTF_8);
      String text = Texts.withoutReasoning(kept);
      if (!text.isEmpty()) {
        texts.add(text);
      }
      in.position(in.position() + length);
    }
    Map<Loss, Integer> losses = texts.isEmpty() ? Map.of(Loss.EMPTY, Math.max(1, count)) : Map.of();
    return new LlmReply("", texts, false, losses, null, 1, promptTokens, completionTokens, millis);
  }

  private static int bounded(long tokens) {
    return (int) Math.min(Integer.MAX_VALUE, tokens);
  }
}
