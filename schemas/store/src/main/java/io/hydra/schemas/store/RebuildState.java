package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The state of a rebuild, under {@link Layout#REBUILD_STATE}. It outlives a rebuild that was
 * killed, so that the next one finishes or removes what was left, and it tells an erasure which
 * views but the current one hold histories. Version 1: version, phase, view, replaced view and
 * {@code partition:offset,...}, each after a ';'.
 *
 * @param view that is, or was, filled
 * @param replaced the one that was current before
 * @param readUpTo next offset of each partition of the events topic that {@code view} lacks
 */
public record RebuildState(Phase phase, View view, View replaced, Map<Integer, Long> readUpTo) {
  private static final String VERSION = "1";
  private static final int PARTS = 5;

  /** In order; there is no state before the first and after the last. */
  public enum Phase {
    /** The view is being filled and is not current. */
    BUILDING,
    /**
     * The view is current, and may lack what was written to the replaced one at the last moment.
     */
    SWITCHED,
    /** The view is complete; the replaced one is being removed. */
    REMOVING
  }

  public RebuildState {
    readUpTo = Map.copyOf(readUpTo);
  }

  public RebuildState in(Phase next, Map<Integer, Long> offsets) {
    return new RebuildState(next, view, replaced, offsets);
  }

  public byte[] toBytes() {
    String offsets =
        new TreeMap<>(readUpTo)
            .entrySet().stream()
                .map(entry -> entry.getKey() + ":" + entry.getValue())
                .collect(Collectors.joining(","));
    return String.join(";", VERSION, phase.name(), view.name(), replaced.name(), offsets)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * @throws CorruptValueException if the bytes are of an unknown version or no state
   */
  public static RebuildState of(byte[] bytes) {
    String[] parts = new String(bytes, StandardCharsets.US_ASCII).split(";", -1);
    if (!parts[0].equals(VERSION) || parts.length != PARTS) {
      throw new CorruptValueException(
          "the state of a rebuild has a format that this program does not read: upgrade it");
    }
    try {
      return new RebuildState(
          Phase.valueOf(parts[1]), new View(parts[2]), new View(parts[3]), offsets(parts[4]));
    } catch (IllegalArgumentException | IllegalStateException e) {
      // The latter where a partition is named twice.
      throw new CorruptValueException("the state of a rebuild is damaged: delete its key", e);
    }
  }

  private static Map<Integer, Long> offsets(String text) {
    return text.isEmpty()
        ? Map.of()
        : Arrays.stream(text.split(","))
            .map(pair -> pair.split(":", 2))
            .collect(
                Collectors.toMap(
                    pair -> Integer.valueOf(pair[0]), pair -> Long.valueOf(pair[pair.length - 1])));
  }
}
