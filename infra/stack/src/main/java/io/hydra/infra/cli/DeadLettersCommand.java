package io.hydra.infra.cli;

import static java.util.stream.Collectors.joining;

import io.hydra.infra.kafka.DeadLetterTopics;
import io.hydra.infra.kafka.LetterReplay;
import io.hydra.infra.kafka.LetterReplay.Progress;
import io.hydra.infra.kafka.NewestLetters;
import io.hydra.infra.kafka.NewestLetters.Letter;
import io.hydra.infra.output.TerminalText;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.text.Counts;
import io.hydra.runtime.text.TextTable;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The newest dead letters, by their keys and headers; or all of a choice, published again. */
@Command(
    name = "dead-letters",
    description = {
      "Show the newest records that could not be processed: where each lies and came from, its key"
          + " (tenant:user), and why. With --replay, publish them again to the topics that they came"
          + " from, each user's in their order, once their cause is gone.",
      "Values are never shown, since they are what users wrote. What was published again is shown no"
          + " more."
    },
    exitCodeList = {
      "0:shown or published again, or there are none",
      "1:failed, or a topic was not read back far enough, or the brokers refused letters, and the"
          + " message says why",
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
      description = "Show at most so many of each topic, up to 1000. Default: ${DEFAULT-VALUE}")
  private int newest;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Only dead letters in this topic, such as hydra.events.dlq")
  private String topic;

  @Option(
      names = "--fault",
      paramLabel = "TEXT",
      description = "Only those whose fault or message, as they are shown, has this text")
  private String fault;

  @Option(
      names = "--at",
      paramLabel = "PARTITION:OFFSET",
      description = "Only the one there, in --topic")
  private String place;

  @Option(
      names = "--replay",
      description =
          "Say how many of --topic or --fault would be published again; with --execute, do it")
  private boolean replay;

  @Option(names = "--execute", description = "Publish them again, all that --replay counts")
  private boolean execute;

  @Option(names = "--json", description = "Print them, or the counts, as a JSON array of objects")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    checkUsage();
    List<Topic> chosen = chosen();
    KafkaConnection kafka = where.brokers().reachKafka(err());
    try (Admin admin = kafka.openAdmin(PATIENCE)) {
      DeadLetterTopics topics = new DeadLetterTopics(admin, kafka, chosen);
      if (replay) {
        return replay(topics, kafka);
      }
      NewestLetters letters = topics.newest(newest, this::isChosen);
      boolean mayBeMore =
          !json && fault == null && place == null && letters.letters().size() >= newest;
      return show(letters, mayBeMore ? topics.counts() : Map.of());
    }
  }

  private void checkUsage() {
    if (newest < 1 || newest > MOST) {
      throw wrongUsage("--newest must be 1 to " + MOST);
    }
    if (place != null && (topic == null || !place.matches("\\d+:\\d+"))) {
      throw wrongUsage("--at must be PARTITION:OFFSET, such as 2:17, of a --topic");
    }
    if (execute && !replay) {
      throw wrongUsage("--execute does what --replay counts: give both");
    }
    if (replay && topic == null && fault == null) {
      throw wrongUsage("choose what to publish again by --topic or --fault");
    }
  }

  private List<Topic> chosen() {
    List<Topic> chosen =
        DeadLetterTopics.ALL.stream()
            .filter(each -> topic == null || each.topicName().equals(topic))
            .toList();
    if (chosen.isEmpty()) {
      throw wrongUsage(
          "--topic must be one of "
              + DeadLetterTopics.ALL.stream().map(Topic::topicName).collect(joining(", ")));
    }
    return chosen;
  }

  boolean isChosen(Letter letter) {
    String why = letter.exceptionClass() + " " + letter.message();
    return (fault == null || why.contains(fault))
        && (place == null || place.equals(letter.ownPartition() + ":" + letter.ownOffset()));
  }

  private int replay(DeadLetterTopics topics, KafkaConnection kafka) throws InterruptedException {
    LetterReplay letters = topics.replay(this::isChosen);
    try {
      if (execute) {
        letters.run(kafka);
      }
    } catch (KafkaException e) {
      throw new UserException("the letters cannot be published again: " + e.getMessage(), e);
    } finally {
      tell(letters.progress());
    }
    return letters.progress().stream().allMatch(each -> each.refused() == 0) ? 0 : 1;
  }

  void tell(List<Progress> topics) {
    if (json) {
      json(topics);
      return;
    }
    if (topics.isEmpty()) {
      say("there is nothing to publish again");
    }
    for (Progress each : topics) {
      say(
          execute ? "%s: %d of %s published again on %s" : "%1$s: %3$s to publish again on %4$s",
          each.deadLetters(),
          each.published(),
          Counts.of(each.due(), "letter"),
          each.origin());
      if (each.incomplete() > 0) {
        note(
            "%s of %s left out, without a value: too large to keep, it lies where it came from",
            Counts.of(each.incomplete(), "letter"), each.deadLetters());
      }
      if (each.refused() > 0) {
        note(
            "%s of %s refused by the brokers, as too large for instance",
            Counts.of(each.refused(), "letter"), each.deadLetters());
      }
    }
    if (!execute && topics.stream().anyMatch(each -> each.due() > 0)) {
      note("nothing was published: add --execute");
    }
  }

  /**
   * @param counts of all letters by topic, where there may be more than are shown
   */
  int show(NewestLetters newest, Map<String, Long> counts) {
    List<Letter> letters = newest.letters();
    boolean complete = newest.cutShort().isEmpty();
    if (json) {
      json(letters);
    } else if (!letters.isEmpty()) {
      out().print(table(letters));
      out().flush();
    } else if (complete) {
      boolean all = topic == null && fault == null;
      out().println(all ? "there are no dead letters" : "there are no such dead letters");
    }
    counts.forEach(
        (topic, count) -> {
          long shown = letters.stream().filter(each -> each.deadLetters().equals(topic)).count();
          if (shown > 0 && shown < count) {
            note("%s: %d of %,d are shown, --newest N shows more", topic, shown, count);
          }
        });
    new TreeSet<>(newest.cutShort())
        .forEach(
            topic ->
                note(
                    "%s was not read back far enough in time, older ones may be missing: try again",
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
