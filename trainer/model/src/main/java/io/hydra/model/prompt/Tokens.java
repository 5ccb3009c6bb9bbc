package io.hydra.model.prompt;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Counts tokens where the model's tokenizer is not known. */
public final class Tokens {
  /** The most tokens that chat templates put around a message. */
  static final int PER_MESSAGE = 16;

  private Tokens() {}

  /** The most tokens that a chat can have: no tokenizer in use makes more than one of a byte. */
  public static long most(List<ChatMessage> messages) {
    long tokens = PER_MESSAGE;
    for (ChatMessage message : messages) {
      tokens += PER_MESSAGE + most(message.content());
    }
    return tokens;
  }

  static int most(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** The beginning of a text that has so many tokens at most, and says that it was cut. */
  static String cut(String text, int tokens) {
    if (most(text) <= tokens) {
      return text;
    }
    int left = tokens - most(Prompt.ELLIPSIS);
    int end = 0;
    while (end < text.length()) {
      int next = text.offsetByCodePoints(end, 1);
      left -= most(text.substring(end, next));
      if (left < 0) {
        break;
      }
      end = next;
    }
    return text.substring(0, end) + Prompt.ELLIPSIS;
  }

  /**
   * The largest size that all may be cut to so that they fit together: what is smaller stays whole,
   * and what is larger gets as much as every other.
   */
  static int evenShare(int room, List<Integer> sizes) {
    int left = Math.max(0, room);
    int others = sizes.size();
    for (int size : sizes.stream().sorted().toList()) {
      if ((long) size * others > left) {
        return left / others;
      }
      left -= size;
      others--;
    }
    return Integer.MAX_VALUE;
  }
}
