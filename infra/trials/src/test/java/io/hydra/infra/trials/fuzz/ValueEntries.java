package io.hydra.infra.trials.fuzz;

import io.hydra.infra.trials.corpus.QueryCases;
import io.hydra.infra.trials.corpus.ReplyCases;
import io.hydra.infra.trials.corpus.ReplyCases.ReplyCase;
import io.hydra.infra.trials.corpus.Wire;
import io.hydra.infra.trials.fuzz.Fuzzer.Entry;
import io.hydra.llm.LlmException;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import io.hydra.llm.ReplyReader;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.Heads.Member;
import io.hydra.schemas.redis.Heads.Mixture;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.store.HistoryHash;
import io.hydra.schemas.store.RebuildState;
import io.hydra.schemas.store.View;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.reply.ReplyRouter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Values by themselves: of Redis, as another program or a damaged disk may leave them, headers, and
 * what an LLM's endpoint sends and says.
 */
final class ValueEntries {
  private static final Set<Class<? extends Throwable>> CORRUPT =
      Set.of(CorruptValueException.class);
  private static final int PARTITIONS = 4;
  private static final int SAMPLES = 8;

  private static final String PACK =
      "0100000000000000010000000000000002000000020000004328b52ffd2043ad01007402000100020000001a61c3a9"
          + "0101000100000003036f6e656f7574206f66206f6e6574776f74776f0400612603655ddc9503c705";

  private ValueEntries() {}

  static List<Entry> all() {
    List<Entry> all = new ArrayList<>(stored());
    all.addAll(List.of(headers(), answers(), replies()));
    return all;
  }

  private static List<Entry> stored() {
    return List.of(
        new Entry(
            "history items",
            List.of(
                HistoryItemCodec.encode(new HistoryItem("e1", 1_760_000_000_000L, "a note", "2"))),
            input -> {
              HistoryItem item = HistoryItemCodec.decode("e1", input);
              Objects.requireNonNull(HistoryItemCodec.encode(item));
            },
            CORRUPT),
        new Entry(
            "packs of history items",
            List.of(HexFormat.of().parseHex(PACK)),
            input ->
                Objects.requireNonNull(
                    new HistoryHash(Map.of("m:pack".getBytes(StandardCharsets.US_ASCII), input))
                        .history()),
            CORRUPT),
        new Entry(
            "heads",
            List.of(HeadsCodec.encode(heads()), HeadsCodec.encode(Heads.NONE)),
            input -> {
              Heads heads = HeadsCodec.decode(input);
              Objects.requireNonNull(HeadsCodec.encode(heads));
            },
            CORRUPT),
        new Entry(
            "views",
            List.of(new View("b7f3-1").toBytes(), new byte[0]),
            input -> Objects.requireNonNull(View.of(input)),
            CORRUPT),
        new Entry(
            "rebuild states",
            List.of(
                new RebuildState(
                        RebuildState.Phase.SWITCHED,
                        new View("b"),
                        View.ORIGINAL,
                        Map.of(0, 17L, 1, 9L))
                    .toBytes(),
                "1;BUILDING;v;;".getBytes(StandardCharsets.US_ASCII)),
            input -> Objects.requireNonNull(RebuildState.of(input)),
            CORRUPT));
  }

  private static Heads heads() {
    Mixture mixture =
        new Mixture(
            7,
            0.5f,
            List.of(new Member(10f, 0.4f, new float[8]), new Member(30f, 0.3f, new float[8])));
    return new Heads(7, 0, mixture, mixture);
  }

  /** Headers of queries. Whatever they hold, the query goes on. */
  private static Entry headers() {
    List<byte[]> seeds = new ArrayList<>();
    QueryCases.traceparents().forEach(text -> seeds.add(Wire.utf8(text)));
    seeds.add(Wire.utf8(Topic.RESPONSES.topicName()));
    seeds.add(new byte[] {0, 0, 0, 3});
    seeds.add(new byte[5_000]);
    ReplyRouter router = new ReplyRouter(Set.of("replies"), topic -> PARTITIONS);
    return new Entry(
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
        Set.of());
  }

  private static Entry replies() {
    ReplyReader reader = new ReplyReader(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    LlmRequest request =
        new LlmRequest(
            "m",
            List.of(new ChatMessage(ChatMessage.Role.USER, "a note")),
            SAMPLES,
            1,
            64,
            OptionalLong.empty());
    List<byte[]> seeds = new ArrayList<>(bodies());
    ReplyCases.retryAfters().forEach(text -> seeds.add(Wire.utf8(text)));
    return new Entry(
        "replies",
        seeds,
        input -> {
          String start = new String(input, 0, Math.min(input.length, 64), StandardCharsets.UTF_8);
          Map<String, String> headers = Map.of("Retry-After", start, "retry-after-ms", start);
          int status = input.length % 4 == 0 ? 429 : 200;
          LlmReply reply = reader.read(request, status, headers, input);
          if (reply.texts().size() > SAMPLES) {
            throw new IllegalStateException("more texts than were asked for");
          }
        },
        Set.of(LlmException.class));
  }

  private static Entry answers() {
    List<TaskSpec> tasks = List.copyOf(TaskCatalogue.shipped().all());
    return new Entry(
        "answers",
        bodies(),
        input -> {
          String text = new String(input, StandardCharsets.UTF_8);
          for (TaskSpec task : tasks) {
            String answer = task.normalize(text);
            if (task.isClosed() && !answer.isEmpty() && !task.options().contains(answer)) {
              throw new IllegalStateException("an answer that is no option of " + task.id());
            }
            Objects.checkIndex(task.indexOf(text) + 1, task.options().size() + 1);
          }
        },
        Set.of());
  }

  private static List<byte[]> bodies() {
    return ReplyCases.open().stream().map(ReplyCase::body).filter(Objects::nonNull).toList();
  }
}
