package io.hydra.model.encoder;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A {@code tokenizer.json} of Hugging Face, run by their own library. Truncates, never pads.
 * Thread-safe.
 */
final class TextTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final int maxCharacters;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, int maxCharacters) {
    this.tokenizer = tokenizer;
    this.maxCharacters = maxCharacters;
  }

  /**
   * @param maxTokens most tokens of a text, special ones included; the rest is cut off
   * @param maxCharacters the characters read; the rest is not even tokenized, so that a huge text
   *     is cheap
   * @param special whether the tokenizer adds the special tokens that its file asks for
   * @throws UserException if the file holds no tokenizer
   */
  static TextTokenizer open(Path file, int maxTokens, int maxCharacters, boolean special) {
    DjlEngine.prepare();
    Map<String, String> options =
        Map.of(
            "truncation", "true",
            "maxLength", Integer.toString(maxTokens),
            "modelMaxLength", Integer.toString(maxTokens),
            "padding", "false",
            "addSpecialTokens", Boolean.toString(special));
    try {
      return new TextTokenizer(HuggingFaceTokenizer.newInstance(file, options), maxCharacters);
    } catch (IOException | RuntimeException e) {
      throw new UserException(
          "%s: not a tokenizer that can be read (%s); copy it again"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  Encoding[] encode(List<String> texts) {
    return tokenizer.batchEncode(texts.stream().map(this::clean).toArray(String[]::new));
  }

  /** Native code knows no half characters: they become U+FFFD. */
  private String clean(String text) {
    int end = text.length();
    if (end > maxCharacters) {
      end = text.offsetByCodePoints(0, Math.min(maxCharacters, text.codePointCount(0, end)));
    }
    StringBuilder copy = null;
    for (int i = 0; i < end; i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (Character.isSurrogatePair(text.charAt(i), i + 1 < end ? text.charAt(i + 1) : 0)) {
          i++;
        } else {
          copy = copy == null ? new StringBuilder(text).delete(end, text.length()) : copy;
          copy.setCharAt(i, '\uFFFD');
        }
      }
    }
    return copy == null ? text.substring(0, end) : copy.toString();
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /**
   * The tokens of a {@code tokenizer.json}.
   *
   * @param size one more than the largest id
   * @param unknown id of the token that stands for what is not in the vocabulary, or -1
   * @param medianLength of a token, in characters
   */
  record Vocabulary(int size, int unknown, int medianLength) {
    private static final String USUAL_UNKNOWN = "[UNK]";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * @throws UserException if the file holds no vocabulary
     */
    static Vocabulary read(Path file) {
      JsonNode root;
      try {
        root = JSON.readTree(file.toFile());
      } catch (IOException e) {
        throw new UserException(
            "%s: not a tokenizer that can be read; copy it again".formatted(file), e);
      }
      Map<String, Integer> ids = new TreeMap<>();
      JsonNode model = root.path("model");
      JsonNode vocabulary = model.path("vocab");
      if (vocabulary.isArray()) {
        // Unigram: [token, score], and the id is the place.
        for (int id = 0; id < vocabulary.size(); id++) {
          ids.put(vocabulary.get(id).path(0).asText(), id);
        }
      } else {
        vocabulary.properties().forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
      }
      if (ids.isEmpty()) {
        throw new UserException(
            "%s: holds no vocabulary; it must be a tokenizer.json of Hugging Face".formatted(file));
      }
      int[] lengths =
          ids.keySet().stream().mapToInt(t -> t.codePointCount(0, t.length())).sorted().toArray();
      root.path("added_tokens")
          .forEach(token -> ids.put(token.path("content").asText(), token.path("id").asInt()));
      int size = 1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(0);
      int unknown =
          model.path("unk_id").isInt()
              ? model.path("unk_id").asInt()
              : ids.getOrDefault(model.path("unk_token").asText(USUAL_UNKNOWN), -1);
      return new Vocabulary(size, unknown, Math.max(1, lengths[lengths.length / 2]));
    }
  }
}
