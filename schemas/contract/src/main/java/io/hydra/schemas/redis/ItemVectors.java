package io.hydra.schemas.redis;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a base's meaning encoder made of the texts of a history's items, kept beside the history so
 * that no other process encodes them again. As one {@code HGETALL} returns it: fields {@code
 * e:<event id>} hold the vectors, {@code m:base} names the base whose encoder made them.
 *
 * @param baseVersion empty if there are none
 * @param byEvent quantized vectors by event id: the input's, for open text followed by the
 *     output's. Values are not to be changed
 */
public record ItemVectors(String baseVersion, Map<String, byte[]> byEvent) {
  public static final String BASE_FIELD = "m:base";
  public static final ItemVectors NONE = new ItemVectors("", Map.of());

  public ItemVectors {
    byEvent = Map.copyOf(byEvent);
  }

  /**
   * @param hash the whole hash; empty if no vectors are kept
   */
  public static ItemVectors fromHash(Map<byte[], byte[]> hash) {
    String base = "";
    Map<String, byte[]> vectors = new HashMap<>();
    for (Map.Entry<byte[], byte[]> entry : hash.entrySet()) {
      String field = new String(entry.getKey(), StandardCharsets.UTF_8);
      if (field.startsWith(History.ITEM_PREFIX)) {
        vectors.put(field.substring(History.ITEM_PREFIX.length()), entry.getValue());
      } else if (field.equals(BASE_FIELD)) {
        base = new String(entry.getValue(), StandardCharsets.UTF_8);
      }
    }
    return base.isEmpty() ? NONE : new ItemVectors(base, vectors);
  }

  /** These, if that base's encoder made them; else none. */
  public ItemVectors of(String base) {
    return baseVersion.equals(base) ? this : NONE;
  }

  /** Those that {@code known} does not hold. */
  public Map<String, byte[]> missingIn(ItemVectors known) {
    Map<String, byte[]> missing = new HashMap<>(byEvent);
    missing.keySet().removeAll(known.of(baseVersion).byEvent().keySet());
    return missing;
  }

  /** Events of {@code known} that these do not hold. */
  public List<String> goneFrom(ItemVectors known) {
    return known.of(baseVersion).byEvent().keySet().stream()
        .filter(event -> !byEvent.containsKey(event))
        .toList();
  }
}
