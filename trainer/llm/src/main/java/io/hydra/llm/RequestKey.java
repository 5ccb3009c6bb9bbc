package io.hydra.llm;

import io.hydra.llm.store.Key;
import io.hydra.model.prompt.ChatMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The key of a kept reply: SHA-256 over the namespace and all of the request, each text with its
 * length before it, so that no two requests read alike. A change here empties every cache.
 */
final class RequestKey {
  private RequestKey() {}

  static Key of(String namespace, LlmRequest request) {
    MessageDigest digest = sha256();
    add(digest, namespace);
    add(digest, request.model());
    ByteBuffer numbers = ByteBuffer.allocate(4 + 8 + 4 + 1 + 8 + 4);
    numbers.putInt(request.n()).putDouble(request.temperature()).putInt(request.maxTokens());
    numbers.put((byte) (request.seed().isPresent() ? 1 : 0));
    numbers.putLong(request.seed().orElse(0)).putInt(request.messages().size());
    digest.update(numbers.flip());
    for (ChatMessage message : request.messages()) {
      add(digest, message.role().name());
      add(digest, message.content());
    }
    return Key.of(digest.digest());
  }

  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
