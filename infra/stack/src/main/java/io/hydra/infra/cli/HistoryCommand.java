package io.hydra.infra.cli;

import io.hydra.infra.Json;
import io.hydra.infra.TerminalText;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.user.UserKey;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the system remembers of a user. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "What the system remembers of a user in a task, newest first.")
final class HistoryCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DeploymentOptions where;
  @Mixin private UserOptions who;

  @Option(
      names = "--json",
      description = "Print [{\"eventId\", \"occurredAt\" (ms since 1970), \"input\", \"output\"}]")
  private boolean json;

  @Override
  public Integer call() {
    UserKey user = who.user();
    History history = Histories.read(where.deployment().redis(), user, who.task());
    List<HistoryItem> newestFirst = new ArrayList<>(history.items());
    Collections.reverse(newestFirst);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.write(newestFirst));
      return 0;
    }
    for (HistoryItem item : newestFirst) {
      out.printf(
          "%s  %s  %s -> %s%n",
          Instant.ofEpochMilli(item.occurredAt()),
          TerminalText.line(item.eventId()),
          TerminalText.line(item.input()),
          TerminalText.line(item.output()));
    }
    spec.commandLine()
        .getErr()
        .printf("%d items, version %d%n", newestFirst.size(), history.version());
    return 0;
  }
}
