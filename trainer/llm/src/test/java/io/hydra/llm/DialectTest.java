package io.hydra.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.llm.Dialect.Limit;
import io.hydra.llm.Dialect.Temperature;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DialectTest {
  private static final LlmRequest REQUEST = Requests.request("x", 8, OptionalLong.of(7));

  private static Optional<Dialect> after(Dialect dialect, int status, String body) {
    return dialect.after(FakeTransport.refusal(status, body), REQUEST, 8, 2);
  }

  private static Dialect after(String body) {
    return after(Dialect.FULL, 400, body).orElse(Dialect.FULL);
  }

  private static String said(String message) {
    return "{\"error\":{\"message\":\"%s\",\"type\":\"invalid_request_error\"}}".formatted(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'n' : number must be at most 1",
        "`n` must be 1",
        "n must be 1",
        "n must be less than or equal to 1.",
        "Only n = 1 is supported",
        "n > 1 is not supported by this backend",
        "Unsupported parameter: n",
        "property 'n' is unsupported",
        "The parameter n is not supported",
        "This server does not support multiple choices.",
        "Only one candidate can be specified",
        "Invalid value for candidateCount: 8",
        "best_of must be 1 when using greedy sampling"
      })
  void aRefusalOfSeveralChoicesIsUnderstood(String message) {
    assertThat(after(said(message)).choices()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1)"
            + " value is supported.",
        "temperature must be 1",
        "`temperature` is deprecated for this model.",
        "Invalid temperature"
      })
  void aRefusalOfATemperatureIsUnderstood(String message) {
    assertThat(after(said(message)).temperature()).isEqualTo(Temperature.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
            + " 'max_completion_tokens' instead.",
        "max_tokens is not supported",
        "Unrecognized request argument supplied: max_tokens"
      })
  void aRefusalOfTheOldTokenLimitIsUnderstood(String message) {
    assertThat(after(said(message)).limit()).isEqualTo(Limit.MAX_COMPLETION_TOKENS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"param\":\"seed\",\"message\":\"Unsupported parameter\"}}",
        "{\"error\":{\"message\":\"Unrecognized request argument supplied: seed\"}}",
        "{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"seed\"],\"msg\":\"Extra\"}]}",
        "{\"object\":\"error\",\"message\":\"[{'loc': ('body', 'seed')}]\",\"code\":400}",
        "{\"message\":\"seed: Extra inputs are not permitted\"}",
        "{\"error\":\"json: unknown field \\\"seed\\\"\"}"
      })
  void aRefusalIsUnderstoodInEveryFormOfError(String body) {
    assertThat(after(body).seed()).isFalse();
    assertThat(after(Dialect.FULL, 422, body).orElseThrow().seed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The messages must not be empty, and then nothing",
        "I don't understand n the least",
        "You can not do that in a single request",
        "model is not loaded"
      })
  void aRefusalThatNamesNoFieldIsNoFieldsFault(String message) {
    assertThat(after(Dialect.FULL, 400, said(message))).isEmpty();
  }

  @Test
  void aFieldThatIsNamedIsTheOneWhateverIsSaid() {
    assertThat(
            after(
                Dialect.FULL, 400, "{\"error\":{\"message\":\"seed: no\",\"param\":\"messages\"}}"))
        .isEmpty();
  }

  @Test
  void aPromptThatIsTooLongIsNotTheTokenLimitsFault() {
    String body =
        said(
            "'max_tokens' is too large: 64. This model's maximum context length is 128 tokens and"
                + " your request has 100 input tokens");
    assertThat(after(Dialect.FULL, 400, body)).isEmpty();
  }

  @Test
  void aTemperatureOfZeroThatIsRefusedBecomesAVerySmallOneFirst() {
    LlmRequest zero = Requests.request("x", 1, 0, 8, OptionalLong.empty());
    Fault refusal = FakeTransport.refusal(422, said("`temperature` must be strictly positive"));
    Dialect positive = Dialect.FULL.after(refusal, zero, 1, 2).orElseThrow();
    assertThat(positive.body(zero, 1, 0).temperature().orElseThrow()).isEqualTo(0.01);
    assertThat(positive.body(REQUEST, 1, 0).temperature().orElseThrow()).isEqualTo(0.7);
    Dialect none = positive.after(refusal, zero, 1, 2).orElseThrow();
    assertThat(none.body(zero, 1, 0).temperature()).isEmpty();
  }

  @Test
  void anAddressThatIsNotThereIsTriedInItsOtherFormOnce() {
    Dialect other = after(Dialect.FULL, 404, "{\"detail\":\"Not Found\"}").orElseThrow();
    assertThat(other.path()).isEqualTo(1);
    assertThat(after(other, 404, "{}")).isEmpty();
    assertThat(after(Dialect.FULL, 404, "{\"error\":{\"code\":\"model_not_found\"}}")).isEmpty();
  }

  @Test
  void otherStatusesAreNoFieldsFault() {
    assertThat(after(Dialect.FULL, 401, said("'n' must be 1"))).isEmpty();
    assertThat(after(Dialect.FULL, 500, said("'n' must be 1"))).isEmpty();
  }

  @Test
  void aSingleChoiceIsTheDefaultAndNotSent() {
    assertThat(Dialect.FULL.body(REQUEST, 1, 0).n()).isEmpty();
    assertThat(Dialect.FULL.body(REQUEST, 8, 0).n()).hasValue(8L);
  }
}
