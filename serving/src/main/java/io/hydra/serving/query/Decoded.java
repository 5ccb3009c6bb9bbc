package io.hydra.serving.query;

import io.hydra.schemas.avro.Query;
import io.hydra.schemas.deadletter.RejectedRecordException;

/** What a record's value turned out to be. */
sealed interface Decoded {
  record Readable(Query query) implements Decoded {}

  record Unreadable(RejectedRecordException why) implements Decoded {}
}
