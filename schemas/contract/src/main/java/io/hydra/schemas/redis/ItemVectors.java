package io.hydra.schemas.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The vectors that a base's encoder of meaning made of a history's items, kept beside the history
 * so that no other process encodes their texts again. As one {@code HGETALL} returns it: fields
 * {@code e:<event id>} hold the vectors.
 *
 * @param baseVersion of the base whose encoder made them
 * @param byEvent packed vectors of the inputs by event id, each with a digest of its text. Values
 *     are not to be changed
 */
public record ItemVectors(String baseVersion, Map<String, byte[]> byEvent) {
  public ItemVectors {
    byEvent = Map.copyOf(byEvent);
  }

  /** No vectors of a base. */
  public static ItemVectors none(String baseVersion) {
    return new ItemVectors(baseVersion, Map.of());
  }

  /**
   * @param hash the whole hash; empty if no vectors are kept
   */
  public static ItemVectors fromHash(String baseVersion, Map<byte[], byte[]> hash) {
    Map<String, byte[]> vectors = new HashMap<>();
    hash.forEach(
        (name, vector) -> {
          String field = new String(name, StandardCharsets.UTF_8);
          if (field.startsWith(History.ITEM_PREFIX)) {
            vectors.put(field.substring(History.ITEM_PREFIX.length()), vector);
          }
        });
    return new ItemVectors(baseVersion, vectors);
  }

  /** Those that {@code known} does not hold just so. */
  public Map<String, byte[]> missingIn(ItemVectors known) {
    Map<String, byte[]> missing = new HashMap<>(byEvent);
    missing
        .entrySet()
        .removeIf(one -> Arrays.equals(one.getValue(), known.byEvent().get(one.getKey())));
    return missing;
  }

  /** Events of {@code known} that these do not hold. */
  public List<String> goneFrom(ItemVectors known) {
    return known.byEvent().keySet().stream().filter(event -> !byEvent.containsKey(event)).toList();
  }
}
