package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.kafka.LetterReplay.Progress;
import io.hydra.infra.kafka.NewestLetters;
import io.hydra.infra.kafka.NewestLetters.Letter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
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
    assertThat(command.show(new NewestLetters(List.of(), Set.of(TOPIC)), Map.of())).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains(TOPIC + " was not read back far enough");

    assertThat(command.show(new NewestLetters(List.of(), Set.of()), Map.of())).isZero();
    assertThat(out.toString()).contains("there are no dead letters");
  }

  @Test
  void whatWasReadIsShownAlsoWhereTheNewestAreMissing() {
    assertThat(command.show(new NewestLetters(List.of(LETTER), Set.of(TOPIC)), Map.of()))
        .isEqualTo(1);
    assertThat(out.toString()).contains("Bad", "no user");
    assertThat(command.show(new NewestLetters(List.of(LETTER), Set.of()), Map.of())).isZero();
  }

  @Test
  void thatThereAreMoreThanAreShownIsSaid() {
    NewestLetters newest = new NewestLetters(List.of(LETTER), Set.of());
    command.show(newest, Map.of(TOPIC, 1L, "hydra.queries.dlq", 7L));
    assertThat(err.toString()).isEmpty();
    command.show(newest, Map.of(TOPIC, 9L));
    assertThat(err.toString()).contains(TOPIC + ": 1 of 9 are shown, --newest N shows more");
  }

  @Test
  void aLetterIsToldByItsPlaceItsKeyAndWhereItCameFrom() {
    command.show(new NewestLetters(List.of(LETTER), Set.of()), Map.of());
    assertThat(out.toString())
        .containsPattern("hydra.events.dlq +2 +17 +shop:ann +hydra.events +3 +41 +Bad +no user");
  }

  @Test
  void aLetterIsChosenByWhyItIsOneAndByItsPlace() {
    assertThat(parsed("--fault", "Bad").isChosen(LETTER)).isTrue();
    assertThat(parsed("--fault", "no user").isChosen(LETTER)).isTrue();
    assertThat(parsed("--fault", "no task").isChosen(LETTER)).isFalse();
    assertThat(parsed("--topic", TOPIC, "--at", "2:17").isChosen(LETTER)).isTrue();
    assertThat(parsed("--topic", TOPIC, "--at", "2:18").isChosen(LETTER)).isFalse();
  }

  private static DeadLettersCommand parsed(String... arguments) {
    DeadLettersCommand parsed = new DeadLettersCommand();
    new CommandLine(parsed).parseArgs(arguments);
    return parsed;
  }

  @Test
  void whatToPublishAgainMustBeChosenAndBeThere() {
    assertThat(usage("--replay")).contains("choose");
    assertThat(usage("--replay", "--topic", "hydra.events")).contains(TOPIC, "hydra.queries.dlq");
    assertThat(usage("--topic", TOPIC, "--execute")).contains("give both");
    assertThat(usage("--at", "2:17")).contains("--topic");
    assertThat(usage("--topic", TOPIC, "--at", "2")).contains("PARTITION:OFFSET");
  }

  private static String usage(String... arguments) {
    StringWriter told = new StringWriter();
    CommandLine line = HydraCli.commandLine().setErr(new PrintWriter(told, true));
    String[] all = new String[arguments.length + 3];
    all[0] = "dead-letters";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[all.length - 2] = "--bootstrap-servers";
    all[all.length - 1] = "127.0.0.1:1";
    assertThat(line.execute(all)).isEqualTo(2);
    return told.toString();
  }

  @Test
  void aPlanSaysThatNothingWasPublished() {
    command.tell(List.of(new Progress(TOPIC, "hydra.events", 2, 1, 0, 0)));
    assertThat(out.toString()).contains(TOPIC + ": 2 letters to publish again on hydra.events");
    assertThat(err.toString()).contains("1 letter of", "too large", "add --execute");
  }
}
