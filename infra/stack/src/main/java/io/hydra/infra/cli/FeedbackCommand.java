package io.hydra.infra.cli;

import io.hydra.infra.output.TerminalText;
import io.hydra.ingest.Announcements;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends a verdict on an answer and waits for what becomes of it. */
@Command(
    name = "feedback",
    description = {
      "Say what a user did with an answer, and print what becomes of it.",
      "hydra ask prints the id of the query. Of several verdicts on an answer the latest counts."
    },
    exitCodeList = {
      "0:the user's head learns it, or has learned it already",
      "1:failed, and the message says why",
      "2:wrong usage",
      "3:no answer to the query is known; the verdict is kept in case it comes",
      "4:nothing is learned: late, superseded, forgotten, no signal, or not about the answer"
    })
final class FeedbackCommand extends HydraCommand {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:@%+=/-]+");

  /** An answer is shown a moment before its exposure has reached the trainer. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  @Mixin private DeploymentOptions where;
  @Mixin private UserOptions who;

  @Option(
      names = "--query",
      required = true,
      paramLabel = "ID",
      description = "Id of the query that was answered")
  private String query;

  @ArgGroup(multiplicity = "1")
  private Given given;

  @Option(
      names = "--task",
      paramLabel = "T",
      description =
          "The query's task. Default: as the recorded answer has it, which Redis holds for an hour")
  private String task;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      converter = SecondsConverter.class,
      defaultValue = "10",
      description = "How long to wait for what becomes of it. Default: ${DEFAULT-VALUE}")
  private int timeoutSeconds;

  @Option(
      names = "--json",
      description = "Print {\"eventId\", \"queryId\", \"task\", \"outcome\", \"reason\"}")
  private boolean json;

  /** The verdict: one of these. */
  private static final class Given {
    @Option(names = "--accept", required = true, description = "The user took the answer as it is")
    private boolean accept;

    @Option(names = "--reject", required = true, description = "The user refused the answer")
    private boolean reject;

    @Option(
        names = "--choose",
        required = true,
        paramLabel = "I",
        description =
            "The user preferred this candidate, as hydra ask --explain numbers them: 0 is the first")
    private Integer choose;

    @Option(
        names = "--edit",
        required = true,
        paramLabel = "TEXT",
        description =
            "The user rewrote the answer to this. It is not remembered: an event with query_id is")
    private String edit;

    @Option(
        names = "--rate",
        required = true,
        paramLabel = "R",
        description = "The user rated the answer, from 0 to 1; 0.5 says nothing")
    private Double rate;

    BehaviorEvent event(String id, UserKey user, String task, Instant now, String query) {
      if (choose != null) {
        return BehaviorEvents.chose(id, user, task, now, query, choose);
      }
      if (edit != null) {
        return BehaviorEvents.edited(id, user, task, now, query, edit);
      }
      if (rate != null) {
        return BehaviorEvents.rated(id, user, task, now, query, rate);
      }
      return accept
          ? BehaviorEvents.accepted(id, user, task, now, query)
          : BehaviorEvents.rejected(id, user, task, now, query);
    }
  }

  /** As {@code --json} prints it. */
  record Summary(String eventId, String queryId, String task, String outcome, String reason) {}

  /** The command for a verdict on an answer, to be pasted into a shell. */
  static String toPaste(UserKey user, String queryId) {
    String tenant =
        user.tenant().equals(UserOptions.DEFAULT_TENANT) ? "" : " --tenant " + user.tenant();
    return "./hydra feedback --user %s%s --query %s"
        .formatted(quote(user.userId()), tenant, quote(queryId));
  }

  private static String quote(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  @Override
  public Integer call() throws InterruptedException {
    if (timeoutSeconds < 1) {
      throw wrongUsage("--timeout must be at least 1 second");
    }
    UserKey user = who.user();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    String id = "feedback-" + UUID.randomUUID();
    BehaviorEvent verdict = given.event(id, user, task == null ? "any" : task, now, query);
    EventRules.problem(verdict, now.toEpochMilli()).ifPresent(this::refuse);
    Deployment deployment = where.deployment();
    if (task == null) {
      Response response = recorded(deployment, user);
      EventRules.problemOfChoice((Feedback) verdict.getPayload(), response.getCandidates().size())
          .ifPresent(this::refuse);
      verdict.setTask(response.getTask());
    }
    Optional<TaskSpec> edited =
        Optional.ofNullable(given.edit)
            .flatMap(text -> deployment.catalogue())
            .flatMap(tasks -> tasks.find(verdict.getTask()));
    deployment.announce("sending feedback to", err());
    VerdictOutcome outcome = send(deployment, user, verdict);
    print(verdict, outcome);
    if (outcome.getOutcome() == Outcome.JOINED && edited.filter(t -> !t.isClosed()).isPresent()) {
      note(
          "the verdict teaches which candidates are close to the text, and the history does not"
              + " hold the text: to have it remembered, send an event with input, output and"
              + " query_id instead (hydra load, or an interaction of POST /v1/events)");
    }
    if (outcome.getOutcome() == Outcome.INAPPLICABLE) {
      edited.ifPresent(
          spec -> note("the options of task %s: %s", spec.id(), String.join(", ", spec.options())));
    }
    return exitCode(outcome.getOutcome());
  }

  private Response recorded(Deployment deployment, UserKey user) {
    return deployment
        .response(user, query)
        .orElseThrow(
            () ->
                new UserException(
                    ("no answer to query %s of %s is recorded, which would tell its task: check"
                            + " the id, the user and the tenant, or name the task with --task")
                        .formatted(TerminalText.line(query), user)));
  }

  /** Under the names that the fields have here. */
  private void refuse(String problem) {
    throw wrongUsage(
        problem
            .replaceFirst("^feedback\\.query_id", "--query")
            .replaceFirst("^feedback\\.candidate", "--choose")
            .replaceFirst("^feedback\\.text", "--edit")
            .replaceFirst("^feedback\\.rating", "--rate"));
  }

  private VerdictOutcome send(Deployment deployment, UserKey user, BehaviorEvent verdict)
      throws InterruptedException {
    Awaited<VerdictOutcome> watch = watch(user, verdict.getEventId());
    Optional<VerdictOutcome> outcome;
    // Opened before the verdict is sent, or its outcome might be missed.
    try (Announcements<VerdictOutcome> open =
        Announcements.ofVerdicts(deployment.connection(err()), watch::see, watch::end)) {
      deployment.publish(verdict, "the verdict", err());
      outcome = await(watch, Duration.ofSeconds(timeoutSeconds), GRACE);
    } catch (KafkaException | IllegalStateException e) {
      throw new UserException(e.getMessage(), e);
    }
    return outcome.orElseThrow(
        () ->
            watch.missing(
                "the verdict " + verdict.getEventId(),
                timeoutSeconds,
                "it is joined with its answer once stream processor and trainer have come to it"));
  }

  /** The outcomes of one verdict of a user. */
  static Awaited<VerdictOutcome> watch(UserKey user, String eventId) {
    return new Awaited<>(
        outcome ->
            outcome.getEventId().equals(eventId)
                && outcome.getTenant().equals(user.tenant())
                && outcome.getUserId().equals(user.userId()));
  }

  /**
   * @param grace for another outcome after one that is not the last: the answer may be on its way
   * @return empty if nothing has become of the verdict within {@code timeout}, or before the end
   */
  static Optional<VerdictOutcome> await(
      Awaited<VerdictOutcome> watch, Duration timeout, Duration grace) throws InterruptedException {
    Optional<VerdictOutcome> latest = watch.next(timeout);
    while (latest.isPresent() && latest.get().getOutcome() == Outcome.WAITING) {
      Optional<VerdictOutcome> later = watch.next(grace);
      if (later.isEmpty()) {
        return latest;
      }
      latest = later;
    }
    return latest;
  }

  private void print(BehaviorEvent verdict, VerdictOutcome outcome) {
    if (json) {
      json(
          new Summary(
              verdict.getEventId(),
              query,
              verdict.getTask(),
              outcome.getOutcome().name(),
              outcome.getReason()));
    } else {
      out().println(sentence(outcome));
    }
  }

  /** The outcome of a verdict, for a person. */
  static String sentence(VerdictOutcome outcome) {
    String sentence =
        switch (outcome.getOutcome()) {
          case JOINED -> "joined with its answer: the user's head learns it";
          case REPEATED -> "known already: the user's head has learned it, or is about to";
          case WAITING ->
              "waiting: no answer to this query of this user is known. The verdict is kept and"
                  + " counts if the answer comes; check the id, and that the answer was"
                  + " personalized";
          case SUPERSEDED -> "superseded: a later verdict on this answer stands";
          case LATE -> "late: the answer was given too long ago, nothing is learned";
          case ERASED -> "nothing is learned: the user was forgotten after this verdict";
          case NO_SIGNAL ->
              "nothing is learned: the verdict does not tell the candidates apart; an earlier one"
                  + " on this answer, if any, counts no more";
          case INAPPLICABLE ->
              "nothing is learned: the verdict cannot be about this answer; an earlier one on it,"
                  + " if any, stands";
          case UNKNOWN -> "the trainer decided what this version does not know: upgrade it";
        };
    return outcome.getReason() == null
        ? sentence
        : sentence + " (" + TerminalText.line(outcome.getReason()) + ")";
  }

  static int exitCode(Outcome outcome) {
    return switch (outcome) {
      case JOINED, REPEATED -> 0;
      case UNKNOWN -> 1;
      case WAITING -> 3;
      case SUPERSEDED, LATE, ERASED, NO_SIGNAL, INAPPLICABLE -> 4;
    };
  }
}
