package io.hydra.ingest;

import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;

/**
 * The destination of an app's responses. Its own topic keeps them from all who may read {@code
 * hydra.responses}, and spares each client the others' responses; its own partition does the latter
 * for one process of the app. Serving must allow the topic ({@code --reply-topic}).
 *
 * @param topic that serving writes and this app reads
 * @param partition the only one that is read; null to read all
 */
public record ReplyTo(String topic, Integer partition) {
  /** All of {@code hydra.responses}. */
  public static final ReplyTo RESPONSES = new ReplyTo(Topic.RESPONSES.topicName(), null);

  public ReplyTo {
    Objects.requireNonNull(topic, "topic");
    if (topic.isBlank() || (partition != null && partition < 0)) {
      throw new IllegalArgumentException("a reply topic must be named, its partition 0 or more");
    }
  }

  /** Tells serving, where it is not what serving does by itself. */
  void addTo(Headers headers) {
    if (!topic.equals(RESPONSES.topic)) {
      headers.remove(HydraHeaders.REPLY_TOPIC);
      headers.add(HydraHeaders.REPLY_TOPIC, HydraHeaders.utf8(topic));
    }
    if (partition != null) {
      headers.remove(HydraHeaders.REPLY_PARTITION);
      headers.add(
          HydraHeaders.REPLY_PARTITION,
          ByteBuffer.allocate(Integer.BYTES).putInt(partition).array());
    }
  }
}
