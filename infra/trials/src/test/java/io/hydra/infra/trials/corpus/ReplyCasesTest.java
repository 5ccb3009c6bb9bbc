package io.hydra.infra.trials.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.trials.corpus.ReplyCases.ReplyCase;
import io.hydra.llm.LlmException;
import io.hydra.llm.LlmReply;
import io.hydra.llm.LlmRequest;
import io.hydra.llm.ReplyReader;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.ResponseStatus;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ReplyCasesTest {
  private static final LlmRequest REQUEST =
      new LlmRequest(
          "scripted",
          List.of(new ChatMessage(ChatMessage.Role.USER, "a note")),
          8,
          1,
          64,
          OptionalLong.empty());

  private final ReplyReader reader =
      new ReplyReader(Clock.fixed(Instant.parse("2026-11-20T00:00:00Z"), ZoneOffset.UTC));
  private final TaskSpec task = TaskCatalogue.shipped().find("LaMP_4").orElseThrow();

  @Test
  void repliesHoldTextsOrATypedFailureAsTheCasesSay() {
    List<String> wrong = new ArrayList<>();
    for (ReplyCase each : ReplyCases.open()) {
      if (each.hangs()) {
        continue;
      }
      boolean answers =
          each.statuses().contains(ResponseStatus.OK)
              || each.statuses().contains(ResponseStatus.DEGRADED);
      boolean mayFail = each.statuses().contains(ResponseStatus.LLM_FAILED);
      List<String> answered;
      try {
        LlmReply reply = reader.read(REQUEST, each.status(), each.headers(), each.body());
        answered = reply.texts().stream().map(task::normalize).distinct().toList();
      } catch (LlmException e) {
        answered = List.of();
      }
      boolean some = answered.stream().anyMatch(text -> !text.isBlank());
      if (some ? !answers : !mayFail) {
        wrong.add(each.name() + ": " + answered);
      } else if (each.text() != null && !answered.equals(List.of(each.text()))) {
        wrong.add(each.name() + ": " + answered + ", not " + each.text());
      }
    }
    assertThat(wrong).isEmpty();
  }
}
