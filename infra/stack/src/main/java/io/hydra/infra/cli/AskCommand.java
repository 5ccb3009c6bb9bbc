package io.hydra.infra.cli;

import io.hydra.ingest.QueryClient;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One query through the topics. */
@Command(
    name = "ask",
    description = "Ask one query through the topics and print the answer.",
    exitCodeList = {"0:answered", "1:no answer, and the message says why", "2:wrong usage"})
final class AskCommand extends HydraCommand {
  @Mixin private DeploymentOptions where;
  @Mixin private UserOptions.InTask who;

  @Parameters(paramLabel = "TEXT", description = "The input to be answered")
  private String text;

  @Option(names = "--plain", description = "The LLM's own answer, not personalized")
  private boolean plain;

  @Option(
      names = "--explain",
      description =
          "Also show the history items used, the candidates and their scores, and what the user's"
              + " own head contributed")
  private boolean explain;

  @Option(names = "--json", description = "Print the whole response as JSON")
  private boolean json;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      converter = SecondsConverter.class,
      defaultValue = "30",
      description = "The query's deadline, in seconds from now. Default: ${DEFAULT-VALUE}")
  private int timeoutSeconds;

  @Override
  public Integer call() throws InterruptedException {
    if (text.isBlank()) {
      throw wrongUsage("TEXT is empty: say what is to be answered");
    }
    if (timeoutSeconds < 1) {
      throw wrongUsage("--timeout must be at least 1 second");
    }
    UserKey user = who.user();
    Deployment deployment = where.deployment();
    Response response = ask(user, deployment);
    ResponsePrinter printer = new ResponsePrinter(out(), err());
    ResponseStatus status = response.getStatus();
    boolean answered = status == ResponseStatus.OK || status == ResponseStatus.DEGRADED;
    if (json) {
      printer.json(response);
    } else {
      printer.answer(response);
      if (status == ResponseStatus.OK
          && !plain
          && response.getHistoryVersion() == 0
          && response.getHead() == null) {
        note("nothing is remembered of %s in %s: the answer is not personalized", user, who.task());
      }
      if (explain) {
        List<HistoryItem> remembered =
            response.getItems().isEmpty()
                ? List.of()
                : deployment.history(user, who.task()).items();
        printer.explain(response, remembered, task(deployment, response.getBaseVersion()));
      }
      if (answered && !response.getCandidates().isEmpty()) {
        note(
            "to say what you think of it: %s --accept (or --reject, --choose I, --edit TEXT,"
                + " --rate R)",
            FeedbackCommand.toPaste(user, response.getQueryId()));
      }
    }
    return answered ? 0 : 1;
  }

  /** From the base that answered, whose catalogue may be its own; empty where it lies elsewhere. */
  private Optional<TaskSpec> task(Deployment deployment, String baseVersion) {
    return deployment.served().stream()
        .filter(base -> base.version().equals(baseVersion))
        .findFirst()
        .flatMap(base -> base.catalogue().find(who.task()));
  }

  private Response ask(UserKey user, Deployment deployment) throws InterruptedException {
    try (QueryClient client = QueryClient.connect(deployment.connection(err()))) {
      return client
          .ask(
              Query.newBuilder()
                  .setQueryId(UUID.randomUUID().toString())
                  .setTenant(user.tenant())
                  .setUserId(user.userId())
                  .setTask(who.task())
                  .setInput(text)
                  .setDeadline(Instant.now().plus(Duration.ofSeconds(timeoutSeconds)))
                  .setPersonalize(!plain)
                  .build())
          .join();
    } catch (CompletionException e) {
      throw new UserException(
          "the query was not answered through %s: %s; check hydra status"
              .formatted(deployment, KafkaConnection.reason(e.getCause())),
          e.getCause());
    }
  }
}
