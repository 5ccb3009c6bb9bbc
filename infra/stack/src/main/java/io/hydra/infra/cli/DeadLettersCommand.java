package io.hydra.infra.cli;

import io.hydra.infra.kafka.DeadLetterTopics;
import io.hydra.infra.kafka.NewestLetters;
import io.hydra.infra.kafka.NewestLetters.Letter;
import io.hydra.infra.output.TerminalText;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.text.TextTable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The newest dead letters, by their keys and headers. */
@Command(
    name = "dead-letters",
    description = {
      "Show the newest records that could not be processed: where each lies and came from, its key"
          + " (tenant:user), and why.",
      "Values are never shown, since they are what users wrote."
    },
    exitCodeList = {
      "0:shown, or there are none",
      "1:failed, or a topic was not read to its end, and the message says why",
      "2:wrong usage"
    })
final class DeadLettersCommand extends HydraCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MOST = 1000;

  @Mixin private DeploymentOptions where;

  @Option(
      names = "--newest",
      paramLabel = "N",
      defaultValue = "5",
      description = "Most of each topic, up to 1000. Default: ${DEFAULT-VALUE}")
  private int newest;

  @Option(names = "--json", description = "Print them as JSON, an array of objects")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    if (newest < 1 || newest > MOST) {
      throw wrongUsage("--newest must be 1 to " + MOST);
    }
    KafkaConnection kafka = where.brokers().kafka();
    try (Admin admin = kafka.openAdmin(PATIENCE)) {
      return show(new DeadLetterTopics(admin, kafka).newest(newest));
    }
  }

  int show(NewestLetters newest) {
    List<Letter> letters = newest.letters();
    boolean complete = newest.cutShort().isEmpty();
    if (json) {
      json(letters);
    } else if (!letters.isEmpty()) {
      out().print(table(letters));
      out().flush();
    } else if (complete) {
      out().println("there are no dead letters");
    }
    new TreeSet<>(newest.cutShort())
        .forEach(
            topic ->
                note(
                    "%s was not read to its end in time, its newest are missing: try again",
                    topic));
    return complete ? 0 : 1;
  }

  private static String table(List<Letter> letters) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "written",
            "dead letter",
            "partition",
            "offset",
            "key",
            "from topic",
            "partition",
            "offset",
            "fault",
            "message"));
    for (Letter letter : letters) {
      rows.add(
          List.of(
              Instant.ofEpochMilli(letter.timestamp()).truncatedTo(ChronoUnit.SECONDS).toString(),
              cell(letter.deadLetters()),
              Integer.toString(letter.ownPartition()),
              Long.toString(letter.ownOffset()),
              cell(letter.key()),
              cell(letter.topic()),
              cell(letter.partition()),
              cell(letter.offset()),
              cell(letter.exceptionClass()).replaceFirst(".*[.$]", ""),
              cell(letter.message())));
    }
    return TextTable.of(rows, Set.of(2, 3, 6, 7)::contains);
  }

  private static String cell(String header) {
    return TerminalText.line(Objects.requireNonNullElse(header, "-"));
  }
}
