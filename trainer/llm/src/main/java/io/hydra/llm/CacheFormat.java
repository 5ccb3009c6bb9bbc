package io.hydra.llm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.llm.KeyedLog.Key;
import io.hydra.llm.LlmReply.Loss;
import io.hydra.model.prompt.ChatMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okio.Buffer;

/**
 * The keys and values of the log that {@link CachedLlm} keeps.
 *
 * <p>A value: prompt tokens (int), completion tokens (int), milliseconds (long), number of texts
 * (int), then each text as its length in bytes (int) and UTF-8. Big-endian. Why a reply has fewer
 * texts than were asked for is not kept. Earlier versions kept texts with their reasoning, and
 * empty ones; both are read as they would be today.
 */
final class CacheFormat {
  /** The version of the log. A change of the values' bytes raises it. */
  static final byte VERSION = 1;

  private CacheFormat() {}

  /**
   * SHA-256 over the namespace and all of the request, each text with its length before it, so that
   * no two requests read alike. A change here empties every cache.
   */
  static Key key(String namespace, LlmRequest request) {
    Buffer all = new Buffer();
    add(all, namespace);
    add(all, request.model());
    all.writeInt(request.n()).writeLong(Double.doubleToRawLongBits(request.temperature()));
    all.writeInt(request.maxTokens()).writeByte(request.seed().isPresent() ? 1 : 0);
    all.writeLong(request.seed().orElse(0)).writeInt(request.messages().size());
    for (ChatMessage message : request.messages()) {
      add(all, message.role().name());
      add(all, message.content());
    }
    return Key.of(all.sha256().toByteArray());
  }

  static byte[] encode(LlmReply reply) {
    Buffer out = new Buffer();
    out.writeInt(bounded(reply.promptTokens())).writeInt(bounded(reply.completionTokens()));
    out.writeLong(reply.millis()).writeInt(reply.texts().size());
    reply.texts().forEach(text -> add(out, text));
    return out.readByteArray();
  }

  static LlmReply decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int promptTokens = in.getInt();
    int completionTokens = in.getInt();
    long millis = in.getLong();
    int count = in.getInt();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] kept = new byte[in.getInt()];
      in.get(kept);
      String text = Texts.withoutReasoning(new String(kept, UTF_8));
      if (!text.isEmpty()) {
        texts.add(text);
      }
    }
    Map<Loss, Integer> losses = texts.isEmpty() ? Map.of(Loss.EMPTY, Math.max(1, count)) : Map.of();
    return new LlmReply("", texts, false, losses, null, 1, promptTokens, completionTokens, millis);
  }

  private static void add(Buffer out, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length).write(bytes);
  }

  private static int bounded(long tokens) {
    return (int) Math.min(Integer.MAX_VALUE, tokens);
  }
}
