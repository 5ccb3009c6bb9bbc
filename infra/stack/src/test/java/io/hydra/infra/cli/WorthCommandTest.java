package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.kafka.AnswerGains;
import io.hydra.infra.kafka.AnswerGains.Cohort;
import io.hydra.model.worth.Gains;
import io.hydra.model.worth.HistoryLength;
import io.hydra.schemas.avro.AnswerGain;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class WorthCommandTest {
  private final WorthCommand command = new WorthCommand();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void listen() {
    CommandLine unused =
        new CommandLine(command)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
  }

  private static Gains gains(int answers, double each) {
    Gains gains = new Gains();
    for (int i = 0; i < answers; i++) {
      gains.add(new AnswerGain("sample", 7L, each != 0, each));
    }
    return gains;
  }

  @Test
  void eachCohortIsToldWithItsBoundsAndInWords() {
    Map<Cohort, Gains> cohorts = new TreeMap<>();
    cohorts.put(new Cohort("sample", "", HistoryLength.SOME), gains(200, -1));
    cohorts.put(new Cohort("sample", "", HistoryLength.ALL), gains(200, 0));
    cohorts.put(new Cohort("better", "", HistoryLength.MANY), gains(200, 0.5));
    assertThat(command.show(new AnswerGains(cohorts, true))).isZero();
    assertThat(out.toString().lines().map(line -> line.replaceAll(" {2,}", " | ")))
        .hasSize(4)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("better | all | 21 and more | 200 | 200 | +0.500 | +0.")
                    .endsWith("better (95 %)"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("sample | all | 6 to 20 | 200 | 200 | -1.000 | -1.000 | -0.")
                    .endsWith("worse (95 %)"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("sample | all | all | 200 | 0 | +0.000 | -0.")
                    .endsWith("not certain"));
  }

  @Test
  void fewAnswersDecideNothingAndHowManyItTakesIsSaid() {
    Map<Cohort, Gains> cohorts = new TreeMap<>();
    cohorts.put(new Cohort("sample", "", HistoryLength.ALL), gains(5, 1));
    assertThat(command.show(new AnswerGains(cohorts, true))).isZero();
    assertThat(out.toString().stripTrailing()).endsWith("  too few");
    assertThat(err.toString()).startsWith("too few: under 16 answers nothing is decided");

    err.getBuffer().setLength(0);
    cohorts.put(new Cohort("sample", "", HistoryLength.ALL), gains(16, 1));
    assertThat(command.show(new AnswerGains(cohorts, true))).isZero();
    assertThat(out.toString().stripTrailing()).endsWith("better (95 %)");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void withoutAVerdictThatTellsTheRemedyIsSaid() {
    assertThat(command.show(new AnswerGains(Map.of(), true))).isZero();
    assertThat(err.toString()).contains("no verdict tells yet", "hydra feedback");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aTopicThatWasNotReadToItsEndIsNoSuccess() {
    assertThat(command.show(new AnswerGains(Map.of(), false))).isEqualTo(1);
    assertThat(err.toString()).contains("not read to its end");
  }

  @Test
  void aCohortThatLosesWhatOthersGainIsNamed() {
    Map<Cohort, Gains> cohorts = new TreeMap<>();
    cohorts.put(new Cohort("sample", "", HistoryLength.ALL), gains(200, 0.5));
    cohorts.put(new Cohort("sample", "east", HistoryLength.ALL), gains(200, -0.5));
    cohorts.put(new Cohort("sample", "west", HistoryLength.ALL), gains(200, 0.6));
    assertThat(command.show(new AnswerGains(cohorts, true))).isEqualTo(3);
    assertThat(err.toString()).contains("sample, cohort east").doesNotContain("west");
    assertThat(out.toString()).contains("east", "west");
    cohorts.put(new Cohort("sample", "", HistoryLength.ALL), gains(200, -0.1));
    assertThat(command.show(new AnswerGains(cohorts, true))).isZero();
  }
}
