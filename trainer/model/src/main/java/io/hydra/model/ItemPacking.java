package io.hydra.model;

import io.hydra.model.feature.EncodedTexts;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Packed meanings of a task's items, {@link EncodedTexts#packedBytes} a text: that of the input,
 * for open text followed by that of the output.
 */
record ItemPacking(EncodedTexts texts, TaskSpec task) {
  /** Bytes of one item; 0 where no meaning is encoded. */
  int bytes() {
    return (task.isClosed() ? 1 : 2) * texts.packedBytes();
  }

  /**
   * Takes what was kept of items, so that nothing of these is encoded when they are read.
   *
   * @param kept by event id; what is of another length is passed over
   */
  void remember(List<HistoryItem> items, Map<String, byte[]> kept) {
    if (bytes() == 0 || kept.isEmpty()) {
      return;
    }
    Map<String, byte[]> byText = new HashMap<>();
    for (HistoryItem item : items) {
      byte[] packed = kept.get(item.eventId());
      if (fits(packed)) {
        ByteBuffer rest = ByteBuffer.wrap(packed);
        for (String text : meant(item)) {
          byte[] one = new byte[texts.packedBytes()];
          rest.get(one);
          byText.put(text, one);
        }
      }
    }
    texts.put(byText);
  }

  /** All items' by event id; those that are kept are not computed again. */
  Map<String, byte[]> pack(List<HistoryItem> items, Map<String, byte[]> kept) {
    Map<String, byte[]> packed = new HashMap<>();
    for (HistoryItem item : items) {
      byte[] known = kept.get(item.eventId());
      packed.put(item.eventId(), fits(known) ? known : pack(item));
    }
    return packed;
  }

  private boolean fits(byte[] packed) {
    return packed != null && packed.length == bytes();
  }

  private byte[] pack(HistoryItem item) {
    ByteBuffer packed = ByteBuffer.allocate(bytes());
    texts.get(meant(item)).forEach(text -> packed.put(text.packedMeaning()));
    return packed.array();
  }

  /** The texts of an item whose meaning is looked at. */
  private List<String> meant(HistoryItem item) {
    return task.isClosed() ? List.of(item.input()) : List.of(item.input(), item.output());
  }
}
