package io.hydra.stream.rebuild;

import io.hydra.stream.event.RawRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A topic whose end moves whenever a test says so. */
final class InMemoryEventLog implements EventLog {
  private static final int A_POLL = 50;

  private final List<List<RawRecord>> partitions = new ArrayList<>();
  private final Map<Integer, Long> positions = new HashMap<>();
  private final Map<Integer, Long> cut = new HashMap<>();
  private Runnable beforeEnds = () -> {};

  InMemoryEventLog(int count) {
    for (int i = 0; i < count; i++) {
      partitions.add(new ArrayList<>());
      positions.put(i, 0L);
      cut.put(i, 0L);
    }
  }

  void append(RawRecord raw) {
    int partition = Math.floorMod(new String(raw.key()).hashCode(), partitions.size());
    List<RawRecord> records = partitions.get(partition);
    records.add(
        new RawRecord(
            raw.topic(),
            partition,
            records.size(),
            raw.timestamp(),
            raw.key(),
            raw.value(),
            new String[0],
            new byte[0][]));
  }

  /** Runs each time before the end is looked up. */
  void beforeEnds(Runnable action) {
    beforeEnds = action;
  }

  /** As retention does: what is there now is gone. */
  void deleteAll() {
    cut.putAll(ends());
  }

  @Override
  public Map<Integer, Long> beginnings() {
    return Map.copyOf(cut);
  }

  @Override
  public Map<Integer, Long> at(Instant time) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<Integer, Long> ends() {
    beforeEnds.run();
    Map<Integer, Long> ends = new HashMap<>();
    for (int i = 0; i < partitions.size(); i++) {
      ends.put(i, (long) partitions.get(i).size());
    }
    return ends;
  }

  @Override
  public void seek(Map<Integer, Long> offsets) {
    cut.forEach(
        (partition, first) -> positions.put(partition, offsets.getOrDefault(partition, first)));
  }

  @Override
  public Map<Integer, Long> positions() {
    return Map.copyOf(positions);
  }

  @Override
  public List<RawRecord> poll() {
    List<RawRecord> polled = new ArrayList<>();
    for (int i = 0; i < partitions.size(); i++) {
      List<RawRecord> records = partitions.get(i);
      int from = positions.get(i).intValue();
      int to = Math.min(records.size(), from + A_POLL);
      polled.addAll(records.subList(from, to));
      positions.put(i, (long) to);
    }
    return polled;
  }

  @Override
  public void close() {}
}
