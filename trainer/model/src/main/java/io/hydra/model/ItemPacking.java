package io.hydra.model;

import io.hydra.model.feature.EncodedText;
import io.hydra.model.feature.EncodedTexts;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.redis.HistoryItem;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Packed meanings of the inputs of a task's items, each behind a digest of its text: an event may
 * come again with another text, and what is remembered of a text is everybody's.
 */
record ItemPacking(EncodedTexts texts, TaskSpec task) {
  private static final int DIGEST_BYTES = 8;

  /** Bytes of one item; 0 where no meaning is encoded. */
  int bytes() {
    return texts.hasMeaning(task) ? DIGEST_BYTES + texts.packedBytes() : 0;
  }

  /**
   * The items' inputs with what was kept of them, so that nothing of these is encoded when they are
   * read.
   *
   * @param kept by event id; what is of another length or another text is passed over
   */
  List<EncodedText> remember(List<HistoryItem> items, Map<String, byte[]> kept) {
    List<EncodedText> inputs = texts.get(items.stream().map(HistoryItem::input).toList());
    for (int i = 0; i < inputs.size(); i++) {
      EncodedText input = inputs.get(i);
      // A digest of each text at each answer would be for nothing.
      if (!input.hasMeaning()) {
        known(items.get(i), kept)
            .ifPresent(one -> input.remember(Arrays.copyOfRange(one, DIGEST_BYTES, one.length)));
      }
    }
    return inputs;
  }

  /**
   * All items' by event id; those that are kept are not computed again. Others take milliseconds
   * each, and all of the machine's cores, since somebody waits for their head.
   */
  Map<String, byte[]> pack(List<HistoryItem> items, Map<String, byte[]> kept) {
    return items.parallelStream()
        .collect(
            Collectors.toConcurrentMap(
                HistoryItem::eventId,
                item -> known(item, kept).orElseGet(() -> pack(item.input())),
                (one, same) -> same));
  }

  private Optional<byte[]> known(HistoryItem item, Map<String, byte[]> kept) {
    byte[] one = kept.get(item.eventId());
    return one != null
            && one.length == bytes()
            && Arrays.equals(one, 0, DIGEST_BYTES, Sha256.of(item.input()), 0, DIGEST_BYTES)
        ? Optional.of(one)
        : Optional.empty();
  }

  private byte[] pack(String text) {
    return ByteBuffer.allocate(bytes())
        .put(Sha256.of(text), 0, DIGEST_BYTES)
        .put(texts.get(text).packedMeaning())
        .array();
  }
}
