package io.hydra.infra.trials.fuzz;

import io.hydra.infra.trials.corpus.QueryCases;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.reply.ReplyRouter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Headers of queries. Whatever they hold, the query goes on. */
final class HeaderEntries {
  private static final int PARTITIONS = 4;

  private HeaderEntries() {}

  static List<Entry> all() {
    List<byte[]> seeds = new ArrayList<>();
    QueryCases.traceparents().forEach(text -> seeds.add(text.getBytes(StandardCharsets.UTF_8)));
    seeds.add(Topic.RESPONSES.topicName().getBytes(StandardCharsets.UTF_8));
    seeds.add(new byte[] {0, 0, 0, 3});
    seeds.add(new byte[5_000]);
    ReplyRouter router =
        new ReplyRouter(Topic.RESPONSES.topicName(), Set.of("replies"), topic -> PARTITIONS);
    return List.of(
        new Entry(
            "headers of queries",
            seeds,
            input -> {
              RecordHeaders headers = new RecordHeaders();
              headers.add(HydraHeaders.TRACEPARENT, input);
              headers.add(HydraHeaders.CORRELATION_ID, input);
              headers.add(HydraHeaders.REPLY_TOPIC, input);
              headers.add(HydraHeaders.REPLY_PARTITION, input);
              Objects.requireNonNull(router.route(headers));
              headers.remove(HydraHeaders.REPLY_TOPIC);
              Objects.requireNonNull(router.route(headers));
            },
            Set.of()));
  }
}
