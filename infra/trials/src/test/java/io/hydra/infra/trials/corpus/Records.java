package io.hydra.infra.trials.corpus;

import io.hydra.stream.event.RawRecord;

/** Cases as the stream processor reads them. */
final class Records {
  private Records() {}

  static RawRecord raw(RecordCase each, long timestamp) {
    return new RawRecord(
        each.topic().topicName(),
        0,
        0,
        timestamp,
        each.key(),
        each.value(),
        new String[0],
        new byte[0][]);
  }
}
