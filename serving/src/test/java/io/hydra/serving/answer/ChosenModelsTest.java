package io.hydra.serving.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.task.TaskCatalogue;
import io.hydra.schemas.store.BaseChoices;
import io.hydra.serving.answer.Models.Model;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisConnectionException;

class ChosenModelsTest {
  private BaseChoices stored = BaseChoices.NONE;
  private boolean away;

  private final ChosenModels models =
      new ChosenModels(List.of(model("b1"), model("b2")), this::read);

  private static Model model(String version) {
    return new Model(version, TaskCatalogue.shipped(), null);
  }

  private BaseChoices read() {
    if (away) {
      throw new JedisConnectionException("away");
    }
    return stored;
  }

  private String base(String tenant) {
    return models.of(tenant).baseVersion();
  }

  @Test
  void theFirstAnswersUntilAnotherIsChosenForATenantOrForAll() {
    models.refresh();
    assertThat(base("acme")).isEqualTo("b1");
    stored = new BaseChoices(Map.of("acme", "b2"));
    assertThat(base("acme")).isEqualTo("b1");
    models.refresh();
    assertThat(base("acme")).isEqualTo("b2");
    assertThat(base("other")).isEqualTo("b1");
    stored = new BaseChoices(Map.of("acme", "b1", BaseChoices.ANY, "b2"));
    models.refresh();
    assertThat(base("acme")).isEqualTo("b1");
    assertThat(base("other")).isEqualTo("b2");
  }

  @Test
  void aBaseThatIsNotHereIsNotAnsweredWith() {
    stored = new BaseChoices(Map.of("acme", "b9"));
    models.refresh();
    assertThat(base("acme")).isEqualTo("b1");
  }

  @Test
  void aBasesTasksAreItsOwnAndThoseOfOneThatIsNotHereTheFirsts() {
    Model first = model("b1");
    Model second = model("b2");
    ChosenModels both = new ChosenModels(List.of(first, second), this::read);
    assertThat(both.tasks("b2")).isSameAs(second.tasks());
    assertThat(both.tasks("b1")).isSameAs(first.tasks()).isNotSameAs(second.tasks());
    assertThat(both.tasks("b9")).isSameAs(first.tasks());
  }

  @Test
  void theTasksAreThoseOfAllBases() {
    TaskCatalogue own =
        TaskCatalogue.parse(
            """
            tasks:
              - {id: colours, instruction: Name the colour., options: [red, green, blue],
                 metric: ACCURACY, retrieved: 5, used: 2, candidates: 3, temperature: 1.0, maxTokens: 8}
            """,
            "test");
    ChosenModels both =
        new ChosenModels(List.of(model("b1"), new Model("b2", own, null)), this::read);
    assertThat(both.tasks().ids()).contains("colours").containsAll(models.tasks().ids());
  }

  @Test
  void theLastChoiceHoldsWhileRedisIsAway() {
    stored = new BaseChoices(Map.of("acme", "b2"));
    models.refresh();
    away = true;
    models.refresh();
    assertThat(base("acme")).isEqualTo("b2");
    away = false;
    stored = BaseChoices.NONE;
    models.refresh();
    assertThat(base("acme")).isEqualTo("b1");
  }
}
