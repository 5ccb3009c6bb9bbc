package io.hydra.infra.trials.fuzz;

import io.hydra.infra.trials.corpus.ReplyCases;
import io.hydra.infra.trials.corpus.ReplyCases.ReplyCase;
import io.hydra.infra.trials.fuzz.Fuzzer.Entry;
import io.hydra.llm.HttpReply;
import io.hydra.llm.LlmException;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import io.hydra.llm.ReplyReader;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/** What an LLM's endpoint sends, and what it says. */
final class ReplyEntries {
  private static final int SAMPLES = 8;

  private ReplyEntries() {}

  static List<Entry> all() {
    return List.of(answers(), replies());
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
    ReplyCases.retryAfters().forEach(text -> seeds.add(text.getBytes(StandardCharsets.UTF_8)));
    return new Entry(
        "replies",
        seeds,
        input -> {
          String start = new String(input, 0, Math.min(input.length, 64), StandardCharsets.UTF_8);
          Map<String, String> headers = Map.of("Retry-After", start, "retry-after-ms", start);
          int status = input.length % 4 == 0 ? 429 : 200;
          LlmReply reply = reader.read(request, new HttpReply(status, headers, input));
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
