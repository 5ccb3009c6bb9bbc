package io.hydra.schemas.topic;

import java.util.List;

/** The consumer groups that operators watch, one per hop. */
public final class ConsumerGroups {
  /** Events into histories. */
  public static final String STREAM_PROCESSOR = "hydra-stream-processor";

  /** Head requests into heads; also the Kafka Streams application id. */
  public static final String TRAINER = "hydra-trainer";

  /** Heads into Redis, committed or not. */
  public static final String HEADS_WRITER = "hydra-heads-writer";

  /** Queries into responses. */
  public static final String SERVING = "hydra-serving";

  private ConsumerGroups() {}

  public static List<String> all() {
    return List.of(STREAM_PROCESSOR, TRAINER, HEADS_WRITER, SERVING);
  }
}
