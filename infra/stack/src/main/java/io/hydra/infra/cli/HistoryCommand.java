package io.hydra.infra.cli;

import io.hydra.infra.output.TerminalText;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.user.UserKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints a user's history. */
@Command(
    name = "history",
    description = "Print what is remembered of a user in a task, newest first.")
final class HistoryCommand extends HydraCommand {
  @Mixin private DeploymentOptions where;
  @Mixin private UserOptions.InTask who;

  @Option(
      names = "--json",
      description = "Print [{\"eventId\", \"occurredAt\" (ms since 1970), \"input\", \"output\"}]")
  private boolean json;

  @Override
  public Integer call() {
    UserKey user = who.user();
    Deployment deployment = where.deployment();
    History history = deployment.history(user, who.task());
    List<HistoryItem> newestFirst = new ArrayList<>(history.items());
    Collections.reverse(newestFirst);
    if (json) {
      json(newestFirst);
      return 0;
    }
    for (HistoryItem item : newestFirst) {
      say(
          "%s  %s  %s -> %s",
          Instant.ofEpochMilli(item.occurredAt()),
          TerminalText.line(item.eventId()),
          TerminalText.line(item.input()),
          TerminalText.line(item.output()));
    }
    note("%d items, version %d", newestFirst.size(), history.version());
    if (newestFirst.isEmpty()) {
      err().println(reason(deployment, user));
    }
    return 0;
  }

  /** The reason why there is nothing, as far as it is known. */
  private String reason(Deployment deployment, UserKey user) {
    Optional<TaskCatalogue> known = deployment.catalogue();
    if (known.isPresent() && known.get().find(who.task()).isEmpty()) {
      return "task %s is not in the served base's catalogue, which holds: %s"
          .formatted(who.task(), String.join(", ", new TreeSet<>(known.get().ids())));
    }
    return Optional.ofNullable(deployment.erasures(List.of(user)).get(user))
        .map(
            moment ->
                "%s was forgotten up to %s, and nothing later is remembered in %s"
                    .formatted(user, moment, who.task()))
        .orElseGet(
            () ->
                "nothing is remembered of %s in %s: no event of this user and task has come"
                    .formatted(user, who.task()));
  }
}
