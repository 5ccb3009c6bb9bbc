package io.hydra.trainer.llm;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A kept {@link ChatReply}: prompt tokens (int), completion tokens (int), milliseconds (long),
 * number of texts (int), then each text as its length in bytes (int) and UTF-8. Big-endian.
 */
final class ReplyCodec {
  /** Of the log that holds them. A change of the bytes raises it. */
  static final byte VERSION = 1;

  private static final int FIXED_BYTES = 4 + 4 + 8 + 4;

  private ReplyCodec() {}

  static byte[] encode(ChatReply reply) {
    List<byte[]> texts =
        reply.texts().stream().map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
    int size = FIXED_BYTES + texts.stream().mapToInt(t -> 4 + t.length).sum();
    ByteBuffer out = ByteBuffer.allocate(size);
    out.putInt(reply.promptTokens()).putInt(reply.completionTokens()).putLong(reply.millis());
    out.putInt(texts.size());
    for (byte[] text : texts) {
      out.putInt(text.length).put(text);
    }
    return out.array();
  }

  static ChatReply decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int promptTokens = in.getInt();
    int completionTokens = in.getInt();
    long millis = in.getLong();
    int count = in.getInt();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = in.getInt();
      texts.add(new String(bytes, in.position(), length, StandardCharsets.UTF_8));
      in.position(in.position() + length);
    }
    return new ChatReply(texts, promptTokens, completionTokens, millis);
  }
}
