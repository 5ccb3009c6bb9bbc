package io.hydra.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.llm.KeyedLog.Key;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.prompt.ChatMessage.Role;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestKeyTest {
  private static final OptionalLong NO_SEED = OptionalLong.empty();

  private static LlmRequest ask(
      String model, int n, double t, int max, OptionalLong seed, ChatMessage... messages) {
    return new LlmRequest(model, List.of(messages), n, t, max, seed);
  }

  private static ChatMessage user(String text) {
    return new ChatMessage(Role.USER, text);
  }

  @Test
  void theKeyOfARequestNeverChangesOrEveryCacheWouldBeEmpty() {
    Key key = CacheFormat.key("sim", ask("m", 8, 1, 16, OptionalLong.of(3), user("Füße")));
    assertThat(key).isEqualTo(new Key(-2946761231078405124L, 1612130893236864578L));
  }

  @Test
  void allThatShapesAnAnswerShapesTheKey() {
    Set<Key> keys = new HashSet<>();
    keys.add(CacheFormat.key("a", ask("m", 1, 0, 1, NO_SEED, user("x"))));
    keys.add(CacheFormat.key("b", ask("m", 1, 0, 1, NO_SEED, user("x"))));
    keys.add(CacheFormat.key("a", ask("l", 1, 0, 1, NO_SEED, user("x"))));
    keys.add(CacheFormat.key("a", ask("m", 2, 0, 1, NO_SEED, user("x"))));
    keys.add(CacheFormat.key("a", ask("m", 1, 1, 1, NO_SEED, user("x"))));
    keys.add(CacheFormat.key("a", ask("m", 1, 0, 2, NO_SEED, user("x"))));
    keys.add(CacheFormat.key("a", ask("m", 1, 0, 1, OptionalLong.of(0), user("x"))));
    keys.add(CacheFormat.key("a", ask("m", 1, 0, 1, OptionalLong.of(1), user("x"))));
    keys.add(CacheFormat.key("a", ask("m", 1, 0, 1, NO_SEED, user("x"), user(""))));
    keys.add(CacheFormat.key("a", ask("m", 1, 0, 1, NO_SEED, user(""), user("x"))));
    keys.add(
        CacheFormat.key("a", ask("m", 1, 0, 1, NO_SEED, new ChatMessage(Role.ASSISTANT, "x"))));
    keys.add(CacheFormat.key("am", ask("", 1, 0, 1, NO_SEED, user("x"))));
    assertThat(keys).hasSize(12);
  }
}
