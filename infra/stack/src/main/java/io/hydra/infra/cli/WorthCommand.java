package io.hydra.infra.cli;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.datasets.lines.CohortFile;
import io.hydra.infra.kafka.AnswerGains;
import io.hydra.infra.kafka.AnswerGains.Cohort;
import io.hydra.model.worth.Gains;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.text.TextTable;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The worth of personalization, by what users did with the answers. */
@Command(
    name = "worth",
    description = {
      "Show what choosing answers was worth, beside what plain sampling would have answered: of the"
          + " answers of about the last day that users rewrote, or replaced by another candidate.",
      "A gain is the quality of the answer less that of plain sampling's, -1 to 1. With 95 %%"
          + " confidence it lies between the two bounds, each line by itself."
    },
    exitCodeList = {
      "0:shown, or no verdict tells yet",
      "1:failed, or the topic was not read to its end, and the message says why",
      "2:wrong usage",
      "3:plain sampling would serve a cohort better, and all users of its task together worse"
    })
final class WorthCommand extends HydraCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int COHORT_LOSES = 3;

  /** With fewer answers nothing is certain, whatever they gained. */
  private static final long FEWEST = Gains.fewestThatTell(1);

  private static final double USUAL_GAIN = 0.1;
  private static final List<String> COLUMNS =
      List.of(
          "task",
          "cohort",
          "events told",
          "answers",
          "different",
          "gain",
          "at least",
          "at most",
          "");

  @Mixin private DeploymentOptions where;

  @Option(names = "--tenant", paramLabel = "T", description = "Whose users. Default: everybody's")
  private String tenant;

  @Option(
      names = "--user",
      paramLabel = "U",
      description = "Of this user alone. Needs --tenant. Default: all users")
  private String user;

  @Option(
      names = "--cohorts",
      paramLabel = "FILE",
      description =
          "Lines USER,COHORT of this tenant, 20 cohorts at most: gains by cohort, too. Needs"
              + " --tenant. The file is read here alone")
  private Path cohorts;

  @Option(names = "--json", description = "Print it as JSON, an array of objects")
  private boolean json;

  /** One line, as JSON. */
  private record Row(
      String task,
      String cohort,
      String eventsTold,
      long answers,
      long different,
      double gain,
      double low,
      double high) {}

  @Override
  public Integer call() throws InterruptedException, IOException {
    if (tenant == null && (cohorts != null || user != null)) {
      throw new UserException("--cohorts and --user are of one tenant: add --tenant");
    }
    Map<String, String> own = cohorts == null ? Map.of() : CohortFile.read(cohorts);
    KafkaConnection kafka = where.brokers().reachKafka(err());
    try (Admin admin = kafka.openAdmin(PATIENCE);
        SchemaRegistryClient registry = kafka.openRegistry()) {
      return show(AnswerGains.read(admin, kafka, registry, this::counts, own));
    }
  }

  private boolean counts(VerdictOutcome outcome) {
    return (tenant == null || outcome.getTenant().equals(tenant))
        && (user == null || outcome.getUserId().equals(user));
  }

  int show(AnswerGains found) {
    if (json) {
      List<Row> rows = new ArrayList<>();
      found.byCohort().forEach((cohort, gains) -> rows.add(row(cohort, gains)));
      json(rows);
    } else if (found.byCohort().isEmpty()) {
      note(
          "no verdict tells yet: users who rewrite an answer, or choose another candidate, do (see"
              + " hydra feedback --help)");
    } else {
      out().print(table(found));
      out().flush();
      if (found.byCohort().values().stream().anyMatch(gains -> gains.answers() < FEWEST)) {
        note(
            "too few: under %d answers nothing is decided, and a mean gain of %.1f takes %d or more",
            FEWEST, USUAL_GAIN, Gains.fewestThatTell(USUAL_GAIN));
      }
    }
    if (!found.isComplete()) {
      note("the topic of outcomes was not read to its end in time, the newest are missing");
    }
    List<Cohort> losers = found.losers();
    if (!losers.isEmpty()) {
      note(
          "plain sampling would serve these better, and all users of their task together worse"
              + " (each with 95 %% confidence): %s",
          losers.stream().map(WorthCommand::name).collect(Collectors.joining("; ")));
    }
    return !found.isComplete() ? 1 : losers.isEmpty() ? 0 : COHORT_LOSES;
  }

  private static String name(Cohort cohort) {
    return !cohort.own().isEmpty()
        ? "%s, cohort %s".formatted(cohort.task(), cohort.own())
        : "%s, %s events told".formatted(cohort.task(), cohort.history().words());
  }

  private static String shownCohort(Cohort cohort) {
    return cohort.own().isEmpty() ? CohortFile.ALL : cohort.own();
  }

  private static Row row(Cohort cohort, Gains gains) {
    return new Row(
        cohort.task(),
        shownCohort(cohort),
        cohort.history().words(),
        gains.answers(),
        gains.different(),
        gains.mean(),
        gains.low(),
        gains.high());
  }

  private static String table(AnswerGains found) {
    List<List<String>> rows = new ArrayList<>(List.of(COLUMNS));
    found
        .byCohort()
        .forEach(
            (cohort, gains) ->
                rows.add(
                    List.of(
                        cohort.task(),
                        shownCohort(cohort),
                        cohort.history().words(),
                        Long.toString(gains.answers()),
                        Long.toString(gains.different()),
                        signed(gains.mean()),
                        signed(gains.low()),
                        signed(gains.high()),
                        verdict(gains))));
    return TextTable.of(rows, column -> column >= 3 && column < COLUMNS.size() - 1);
  }

  private static String signed(double gain) {
    return String.format(Locale.ROOT, "%+.3f", gain);
  }

  private static String verdict(Gains gains) {
    return gains.low() > 0
        ? "better (95 %)"
        : gains.high() < 0 ? "worse (95 %)" : gains.answers() < FEWEST ? "too few" : "not certain";
  }
}
