package io.hydra.model;

import io.hydra.model.feature.EncodedTexts;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Packed meanings of the inputs of a task's items. */
record ItemPacking(EncodedTexts texts, TaskSpec task) {
  /** Bytes of one item; 0 where no meaning is encoded. */
  int bytes() {
    return texts.hasMeaning(task) ? texts.packedBytes() : 0;
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
        byText.put(item.input(), packed);
      }
    }
    texts.put(byText);
  }

  /** All items' by event id; those that are kept are not computed again. */
  Map<String, byte[]> pack(List<HistoryItem> items, Map<String, byte[]> kept) {
    Map<String, byte[]> packed = new HashMap<>();
    for (HistoryItem item : items) {
      byte[] known = kept.get(item.eventId());
      packed.put(item.eventId(), fits(known) ? known : texts.get(item.input()).packedMeaning());
    }
    return packed;
  }

  private boolean fits(byte[] packed) {
    return packed != null && packed.length == bytes();
  }
}
