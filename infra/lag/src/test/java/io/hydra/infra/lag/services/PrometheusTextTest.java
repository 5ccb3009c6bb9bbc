package io.hydra.infra.lag.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.hydra.infra.lag.services.PrometheusText.Sample;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusTextTest {
  private static List<Sample> read(String text) {
    return PrometheusText.read(text, name -> name.startsWith("a"));
  }

  @Test
  void aLineIsANameLabelsAndAValue() {
    assertThat(
            read(
                """
                # HELP a_total Of all.
                # TYPE a_total counter
                a_total 3.0

                a_seconds_bucket{stage="llm",le="+Inf",} 12 1700000000000
                a{ x = "1" , y="" } NaN
                a +Inf
                a -Inf
                b_total 9
                """))
        .containsExactly(
            new Sample("a_total", Map.of(), 3),
            new Sample("a_seconds_bucket", Map.of("stage", "llm", "le", "+Inf"), 12),
            new Sample("a", Map.of("x", "1", "y", ""), Double.NaN),
            new Sample("a", Map.of(), Double.POSITIVE_INFINITY),
            new Sample("a", Map.of(), Double.NEGATIVE_INFINITY));
  }

  @Test
  void labelsMayHoldAnythingEscaped() {
    assertThat(read("a{x=\"say \\\"hi\\\", {\\\\} \\n}\"} 1"))
        .containsExactly(new Sample("a", Map.of("x", "say \"hi\", {\\} \n}"), 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "a ", "a x", "a{", "a{x", "a{x=1} 2", "a{x=\"1} 2", "a{x=\"1\" y=\"2\"} 3"})
  void anyOtherLineIsToldByItsNumberAlone(String line) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("a 1\n" + line))
        .withMessage("line 2 is no sample");
  }

  @Test
  void linesThatNobodyWantsAreNotLookedAt() {
    assertThat(read("b{x= broken\n%$\na 1")).hasSize(1);
  }
}
