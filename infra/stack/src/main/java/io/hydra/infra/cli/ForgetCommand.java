package io.hydra.infra.cli;

import io.hydra.ingest.Announcements;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.runtime.text.Counts;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Forgets a user: sends an erasure and waits for the record that it was carried out. */
@Command(
    name = "forget",
    aliases = "erase",
    description = {
      "Forget all that a user did, in every task: history, heads and recorded answers.",
      "Returns once history and answers are gone; heads follow within a moment.",
      "What the topics themselves hold stays there as long as they keep it."
    })
final class ForgetCommand extends HydraCommand {
  @Mixin private DeploymentOptions where;
  @Mixin private UserOptions who;

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
      converter = SecondsConverter.class,
      defaultValue = "30",
      description = "How long to wait until it is done. Default: ${DEFAULT-VALUE}")
  private int timeoutSeconds;

  @Option(
      names = "--json",
      description =
          "Print {\"eventId\", \"erasedUpTo\", \"performedAt\" (both ISO 8601), \"itemsRemoved\","
              + " \"itemsKept\"}")
  private boolean json;

  /** As {@code --json} prints it. */
  record Summary(
      String eventId, String erasedUpTo, String performedAt, int itemsRemoved, int itemsKept) {}

  @Override
  public Integer call() throws InterruptedException {
    UserKey user = who.user();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Instant moment = upTo == null ? now : upTo;
    checkMoment(user, moment, now);
    Deployment deployment = where.deployment();
    deployment.announce("forgetting in", err());
    print(forget(deployment, BehaviorEvents.erasure("forget-" + UUID.randomUUID(), user, moment)));
    return 0;
  }

  /** Refuses what the stream processor would refuse, before anything is sent. */
  private void checkMoment(UserKey user, Instant moment, Instant now) {
    EventRules.problem(BehaviorEvents.erasure("forget", user, moment), now.toEpochMilli())
        .ifPresent(
            problem -> {
              throw wrongUsage(problem.replaceFirst("^occurred_at", "--up-to"));
            });
  }

  private UserErased forget(Deployment deployment, BehaviorEvent erasure)
      throws InterruptedException {
    String id = erasure.getEventId();
    Awaited<UserErased> watch = new Awaited<>(erased -> erased.getEventId().equals(id));
    // Opened before the erasure is sent, or its record might be missed.
    try (Announcements<UserErased> open =
        Announcements.ofErasures(deployment.connection(err()), watch::see, watch::end)) {
      deployment.publish(erasure, "the erasure", err());
      return watch
          .next(Duration.ofSeconds(timeoutSeconds))
          .orElseThrow(
              () ->
                  watch.missing(
                      "the erasure " + id,
                      timeoutSeconds,
                      "it is carried out once the stream processor has come to it"));
    } catch (KafkaException | IllegalStateException e) {
      throw new UserException(e.getMessage(), e);
    }
  }

  private void print(UserErased erased) {
    int kept = erased.getItemsKept();
    if (json) {
      json(
          new Summary(
              erased.getEventId(),
              erased.getErasedUpTo().toString(),
              erased.getPerformedAt().toString(),
              erased.getItemsRemoved(),
              kept));
    } else {
      say(
          "forgotten up to %s: %s removed, %d kept",
          erased.getErasedUpTo(), Counts.of(erased.getItemsRemoved(), "history item"), kept);
    }
    if (erased.getItemsRemoved() == 0 && kept == 0) {
      err()
          .println(
              "this user had no history items; heads and answers, if there were any, are forgotten,"
                  + " too. If there should have been items, check --user and --tenant");
    }
    if (kept > 0) {
      note(
          "%d items are kept because they are dated later, perhaps by a sender's clock that is ahead."
              + " To remove them too, forget again with a later --up-to; nothing that occurs until"
              + " then will be remembered",
          kept);
    }
  }
}
