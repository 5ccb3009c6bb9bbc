package io.hydra.infra.trials.corpus;

import io.hydra.schemas.topic.Topic;
import java.util.List;
import org.apache.kafka.common.header.Header;

/**
 * A record for a topic, and what must become of it.
 *
 * @param name unique within the corpus; the event id or query id where there is one
 * @param key null for none
 * @param value null for none
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record RecordCase(
    String name, Topic topic, byte[] key, byte[] value, List<Header> headers, Outcome outcome) {
  public RecordCase {
    headers = List.copyOf(headers);
  }
}
