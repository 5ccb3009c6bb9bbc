package io.hydra.infra.cli;

import io.hydra.infra.StackException;
import io.hydra.ingest.QueryClient;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One query through the topics. */
@Command(
    name = "ask",
    mixinStandardHelpOptions = true,
    description =
        "Ask one query through the topics and print the answer. Exit code 1 if there is none.")
final class AskCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DeploymentOptions where;
  @Mixin private UserOptions who;

  @Parameters(paramLabel = "TEXT", description = "The input to be answered")
  private String text;

  @Option(names = "--plain", description = "The LLM's own answer, not personalized")
  private boolean plain;

  @Option(
      names = "--explain",
      description = "Also show the history items used, the candidates and their scores")
  private boolean explain;

  @Option(names = "--json", description = "Print the whole response as JSON")
  private boolean json;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "The query's deadline, in seconds from now. Default: ${DEFAULT-VALUE}")
  private int timeoutSeconds;

  @Override
  public Integer call() {
    UserKey user = who.user();
    Deployment deployment = where.deployment();
    Response response = ask(user, deployment);
    ResponsePrinter printer =
        new ResponsePrinter(spec.commandLine().getOut(), spec.commandLine().getErr());
    if (json) {
      printer.json(response);
    } else {
      printer.answer(response);
      if (explain) {
        List<HistoryItem> remembered =
            response.getItems().isEmpty()
                ? List.of()
                : Histories.read(deployment.redis(), user, who.task()).items();
        printer.explain(response, remembered, task(deployment, response.getBaseVersion()));
      }
    }
    ResponseStatus status = response.getStatus();
    return status == ResponseStatus.OK || status == ResponseStatus.DEGRADED ? 0 : 1;
  }

  /** From the base that answered, whose catalogue may be its own; empty where it lies elsewhere. */
  private Optional<TaskSpec> task(Deployment deployment, String baseVersion) {
    return deployment
        .base()
        .filter(base -> base.version().equals(baseVersion))
        .flatMap(base -> base.catalogue().find(who.task()));
  }

  private Response ask(UserKey user, Deployment deployment) {
    try (QueryClient client = QueryClient.connect(deployment.connection())) {
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
      throw new StackException(e.getCause().getMessage(), e.getCause());
    }
  }
}
