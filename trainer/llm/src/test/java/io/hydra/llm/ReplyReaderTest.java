package io.hydra.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hydra.runtime.time.ManualTime;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplyReaderTest {
  private static final int MUTANTS_EACH = 200;

  private final ReplyReader reader = new ReplyReader(new ManualTime());

  static List<ReplyCases.Case> cases() throws IOException {
    return ReplyCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyReplyIsReadAsWhatItSays(ReplyCases.Case row) {
    if (row.failure() != null) {
      LlmException failure =
          catchThrowableOfType(LlmException.class, () -> row.reply().read(reader, row.request()));
      assertThat(failure.kind()).isEqualTo(row.failure());
      assertThat(failure)
          .hasMessageContaining(row.told())
          .hasMessageNotContainingAny(Requests.SECRET, "upstream", "sk-abc");
      return;
    }
    LlmReply reply = row.reply().read(reader, row.request());
    assertThat(reply.texts()).isEqualTo(row.texts());
    assertThat(reply.cut()).isEqualTo(row.cut());
    assertThat(reply.losses()).isEqualTo(row.losses());
    assertThat(String.join("; ", reply.complaints(64))).contains(row.told());
    if (!row.tokens().isEmpty()) {
      assertThat(List.of(reply.promptTokens(), reply.completionTokens())).isEqualTo(row.tokens());
    }
  }

  @Test
  void whateverTheBytesAreThereIsAReplyOrATypedFailure() throws IOException {
    Random random = new Random(11);
    for (ReplyCases.Case row : ReplyCases.all()) {
      for (int i = 0; i < MUTANTS_EACH; i++) {
        byte[] body = mutate(row.reply().body(), random);
        try {
          LlmReply read = reader.read(row.request(), row.reply().status(), Map.of(), body);
          assertThat(read.texts()).noneMatch(String::isBlank);
          assertThat(read.texts())
              .allSatisfy(t -> assertThat(new String(t.getBytes(UTF_8), UTF_8)).isEqualTo(t));
        } catch (LlmException e) {
          assertThat(e.kind()).isNotNull();
        }
      }
    }
  }

  @Test
  void anEndlessTextIsCut() {
    String body =
        "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"%s\"}}]}"
            .formatted("x".repeat(100_000));
    LlmReply reply = reader.read(Requests.request(1), 200, Map.of(), body.getBytes(UTF_8));
    assertThat(reply.texts().get(0)).hasSize(64 * 1024);
    assertThat(reply.cut()).isTrue();
  }

  private static byte[] mutate(byte[] body, Random random) {
    byte[] mutant = Arrays.copyOf(body, Math.max(0, body.length - random.nextInt(3)));
    for (int i = random.nextInt(4); i >= 0 && mutant.length > 0; i--) {
      mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
    }
    return mutant;
  }
}
