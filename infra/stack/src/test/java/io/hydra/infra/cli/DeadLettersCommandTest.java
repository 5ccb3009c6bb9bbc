package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.kafka.NewestLetters;
import io.hydra.infra.kafka.NewestLetters.Letter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DeadLettersCommandTest {
  private static final String TOPIC = "hydra.events.dlq";
  private static final Letter LETTER =
      new Letter(TOPIC, 2, 17, 0, "shop:ann", "hydra.events", "3", "41", "a.b.Bad", "no user");

  private final DeadLettersCommand command = new DeadLettersCommand();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void listen() {
    CommandLine unused =
        new CommandLine(command)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
  }

  @Test
  void thatThereAreNoneIsSaidOnlyOfTopicsReadToTheirEnd() {
    assertThat(command.show(new NewestLetters(List.of(), Set.of(TOPIC)))).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains(TOPIC + " was not read to its end");

    assertThat(command.show(new NewestLetters(List.of(), Set.of()))).isZero();
    assertThat(out.toString()).contains("there are no dead letters");
  }

  @Test
  void whatWasReadIsShownAlsoWhereTheNewestAreMissing() {
    assertThat(command.show(new NewestLetters(List.of(LETTER), Set.of(TOPIC)))).isEqualTo(1);
    assertThat(out.toString()).contains("Bad", "no user");
    assertThat(command.show(new NewestLetters(List.of(LETTER), Set.of()))).isZero();
  }

  @Test
  void aLetterIsToldByItsPlaceItsKeyAndWhereItCameFrom() {
    command.show(new NewestLetters(List.of(LETTER), Set.of()));
    assertThat(out.toString())
        .containsPattern("hydra.events.dlq +2 +17 +shop:ann +hydra.events +3 +41 +Bad +no user");
  }
}
