package io.hydra.serving.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoliciesTest {
  private static final Policies POLICIES =
      Policies.parse(
          """
          version: 1
          defaults:
            tokensPerDay: 1000
            maxDeadline: 30s
            fallbackModels: [small]
            tasks:
              titles: {requestsPerMinute: 5, maxDeadline: 10s}
          tenants:
            shop:
              tokensPerDay: 9000
              concurrency: 4
              defaultDeadline: 5s
              tasks:
                titles: {tokensPerMinute: 70}
          """);

  @Test
  void aTenantsOwnPolicyIsCompletedByTheDefaultOne() {
    assertThat(POLICIES.of("shop").tokensPerDay()).isEqualTo(9000);
    assertThat(POLICIES.of("shop").maxDeadline()).isEqualTo(Duration.ofSeconds(30));
    assertThat(POLICIES.of("shop").concurrency()).isEqualTo(4);
    assertThat(POLICIES.of("other").tokensPerDay()).isEqualTo(1000);
    assertThat(POLICIES.of("other").concurrency()).isNull();
  }

  @Test
  void aTasksPolicyIsCompletedByThatOfTheTaskForAllTenants() {
    assertThat(POLICIES.within("shop", "titles").tokensPerMinute()).isEqualTo(70);
    assertThat(POLICIES.within("shop", "titles").requestsPerMinute()).isEqualTo(5);
    assertThat(POLICIES.within("other", "titles").tokensPerMinute()).isNull();
    assertThat(POLICIES.within("shop", "titles").tokensPerDay())
        .as("the tenant's limit is of all its tasks together")
        .isNull();
    assertThat(POLICIES.within("shop", "colours")).isEqualTo(Policy.NONE);
  }

  @Test
  void forAQuestionItsTaskHoldsBeforeItsTenant() {
    assertThat(POLICIES.of("shop", "titles").maxDeadline()).isEqualTo(Duration.ofSeconds(10));
    assertThat(POLICIES.of("shop", "titles").defaultDeadline()).isEqualTo(Duration.ofSeconds(5));
    assertThat(POLICIES.of("shop", "colours").maxDeadline()).isEqualTo(Duration.ofSeconds(30));
    assertThat(POLICIES.of("shop", "colours").fallbacks()).containsExactly("small");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | version: 1",
        "version: 2 | version: 1",
        "version: 1\\ndefaults: {tokenPerDay: 1} | defaults.tokenPerDay: unknown key; known are [",
        "version: 1\\ndefaults: {tokensPerDay: many} | defaults.tokensPerDay: must be a whole number",
        "version: 1\\ndefaults: {tokensPerDay: 1.5} | defaults.tokensPerDay: ",
        "version: 1\\ndefaults: {tokensPerDay: -1} | defaults.tokensPerDay: must be 0 or more",
        "version: 1\\ndefaults: {maxDeadline: 5} | defaults.maxDeadline: is a number without a unit",
        "version: 1\\ndefaults: {maxDeadline: 0s} | defaults.maxDeadline: must be more than nothing",
        "version: 1\\ntenants: {shop: {concurrency: 0}} | tenants.shop.concurrency: must be 1 or more",
        "version: 1\\ntenants: {a b: {concurrency: 1}} | tenants: nothing can be called 'a b'",
        "version: 1\\ntenants: {shop: } | tenants.shop: is empty",
        "version: 1\\ndefaults: {tasks: {t: {concurrency: 1}}} | defaults.tasks.t.concurrency: is a tenant's",
        "version: 1\\ndefaults: {tasks: {t: {tasks: {u: {}}}}} | defaults.tasks.t.tasks: a task has none",
        "version: 1\\ndefaults: {fallbackModels: ['']} | defaults.fallbackModels: must be names",
        "version: 1\\ndefaults: {fallbackModels: a} | defaults.fallbackModels: must be a list",
        "version: 1\\ndefaults: [ | defaults: must hold keys with values",
        "version: 'x | it is not YAML"
      })
  void whatSaysSomethingElseIsRefusedByItsPlace(String yaml, String named) {
    String lines = yaml == null ? "" : yaml.replace("\\n", "\n");
    assertThatThrownBy(() -> Policies.parse(lines))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(named);
  }
}
