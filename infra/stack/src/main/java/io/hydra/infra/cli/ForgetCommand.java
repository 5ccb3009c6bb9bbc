package io.hydra.infra.cli;

import io.hydra.infra.Json;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Forgets a user. */
@Command(
    name = "forget",
    aliases = "erase",
    mixinStandardHelpOptions = true,
    description = {
      "Forget all that a user did, in every task: history, heads and recorded answers.",
      "Returns once history and answers are gone; heads follow within a moment.",
      "What the topics themselves hold stays there as long as they keep it."
    })
final class ForgetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DeploymentOptions where;

  @Option(names = "--user", required = true, paramLabel = "U", description = "User id")
  private String user;

  @Option(
      names = "--tenant",
      defaultValue = "demo",
      description = "Tenant of the user. Default: ${DEFAULT-VALUE}")
  private String tenant;

  @Option(
      names = "--up-to",
      paramLabel = "TIME",
      description =
          "Forget what occurred then or before, such as 2026-01-31T10:00:00Z and at most a day"
              + " ahead; it stays out for good. Default: now")
  private Instant upTo;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to wait until it is done. Default: ${DEFAULT-VALUE}")
  private int timeoutSeconds;

  @Option(
      names = "--json",
      description =
          "Print {\"eventId\", \"erasedUpTo\", \"performedAt\" (both ISO 8601), \"itemsRemoved\","
              + " \"itemsKept\"}")
  private boolean json;

  /** What was done. */
  record Summary(
      String eventId, String erasedUpTo, String performedAt, int itemsRemoved, int itemsKept) {
    static Summary of(UserErased erased) {
      return new Summary(
          erased.getEventId(),
          erased.getErasedUpTo().toString(),
          erased.getPerformedAt().toString(),
          erased.getItemsRemoved(),
          erased.getItemsKept());
    }
  }

  @Override
  public Integer call() {
    UserKey key = new UserKey(tenant, user);
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Instant moment = upTo == null ? now : upTo;
    checkMoment(key, moment, now);
    Deployment deployment = where.deployment();
    deployment.announce("forgetting in", spec.commandLine().getErr());
    UserErased erased =
        new Forgetting(deployment, System::nanoTime)
            .forget(key, "forget-" + UUID.randomUUID(), moment, Duration.ofSeconds(timeoutSeconds));
    print(Summary.of(erased));
    return 0;
  }

  /** What the stream processor would refuse is refused here, before anything is sent. */
  private void checkMoment(UserKey key, Instant moment, Instant now) {
    if (moment.isAfter(now.plus(EventRules.MOST_AHEAD))) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--up-to lies more than %d hours ahead, and such an erasure would be refused: nothing that far ahead can be remembered either"
              .formatted(EventRules.MOST_AHEAD.toHours()));
    }
    EventRules.problem(BehaviorEvents.erasure("forget", key, moment), now.toEpochMilli())
        .ifPresent(
            problem -> {
              throw new CommandLine.ParameterException(
                  spec.commandLine(), "--up-to cannot be that moment: " + problem);
            });
  }

  private void print(Summary summary) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.write(summary));
    } else {
      out.printf(
          "forgotten up to %s: %d history items removed, %d kept%n",
          summary.erasedUpTo(), summary.itemsRemoved(), summary.itemsKept());
    }
    if (summary.itemsKept() > 0) {
      spec.commandLine()
          .getErr()
          .printf(
              "%d items are kept since they say that they occurred later: they came in meanwhile,"
                  + " or a sender's clock is ahead. To remove them too, forget again with a later"
                  + " --up-to; nothing that occurs until then will be remembered%n",
              summary.itemsKept());
    }
  }
}
