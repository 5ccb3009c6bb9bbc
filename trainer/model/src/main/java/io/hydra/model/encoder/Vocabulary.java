package io.hydra.model.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a {@code tokenizer.json} says of its tokens.
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
