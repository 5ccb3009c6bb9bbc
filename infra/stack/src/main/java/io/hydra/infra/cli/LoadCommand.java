package io.hydra.infra.cli;

import io.hydra.infra.Json;
import io.hydra.infra.StackException;
import io.hydra.infra.lag.Admins;
import io.hydra.infra.lag.ConsumerLag;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.load.EventFiles;
import io.hydra.ingest.load.LoadedEvent;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.topic.Topic;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Files into events. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description = {
      "Publish behaviour events from files: LaMP folders, or JSON lines.",
      "A line is such as",
      "{\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"occurred_at\":\"2026-01-31T10:00:00Z\",\"input\":\"...\",\"output\":\"2\"}",
      "occurred_at is ISO-8601 (UTC where it names no offset), or a number of seconds, milli- or"
          + " microseconds since 1970. event_id and tenant may be added.",
      "A bad line is reported as file:line and skipped, the rest is loaded, and the exit code is"
          + " 1.",
      "Loading the same file twice changes nothing."
    })
final class LoadCommand implements Callable<Integer> {
  private static final Duration PROGRESS = Duration.ofSeconds(2);

  /** Rejected entries of one path that are listed: a file of another kind has nothing else. */
  private static final int MOST_LISTED = 20;

  private static final Duration ADMIN_PATIENCE = Duration.ofSeconds(10);

  @Spec private CommandSpec spec;
  @Mixin private DeploymentOptions where;

  @Parameters(
      arity = "1..*",
      paramLabel = "PATH",
      description = "LaMP folders, .jsonl files, either gzipped or not")
  private List<Path> paths;

  @Option(
      names = "--tenant",
      defaultValue = "demo",
      description = "Tenant of events that name none. Default: ${DEFAULT-VALUE}")
  private String tenant;

  @Option(names = "--json", description = "Print the summary as JSON")
  private boolean json;

  /** What was done. */
  record Summary(long events, long rejected, double seconds) {}

  @Override
  public Integer call() throws InterruptedException {
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new StackException(path + ": no such file or folder");
      }
    }
    Deployment deployment = where.deployment();
    deployment.announce("loading into", spec.commandLine().getErr());
    PrintWriter out = spec.commandLine().getOut();
    Summary summary = load(deployment);
    if (json) {
      out.println(Json.write(summary));
    } else {
      out.printf(
          "%d events loaded in %.1f s, %d rejected%n",
          summary.events(), summary.seconds(), summary.rejected());
    }
    return summary.rejected() == 0 ? 0 : 1;
  }

  private Summary load(Deployment deployment) throws InterruptedException {
    Admin admin = Admins.open(deployment.kafka(), ADMIN_PATIENCE);
    try {
      LoadedDeadLetters letters = new LoadedDeadLetters(() -> deadLetters(admin), Sleeper.THREAD);
      Optional<Unlearnable> unlearnable =
          deployment.base().map(base -> new Unlearnable(base.catalogue()));
      Summary summary = publish(deployment, event -> unlearnable.ifPresent(u -> u.look(event)));
      unlearnable.map(Unlearnable::notes).orElse(List.of()).forEach(this::tell);
      letters.note().ifPresent(this::tell);
      return summary;
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private void tell(String line) {
    spec.commandLine().getErr().println(line);
  }

  private static long deadLetters(Admin admin) throws InterruptedException {
    return new ConsumerLag(admin)
        .records(List.of(Topic.EVENTS_DLQ))
        .get(Topic.EVENTS_DLQ.topicName());
  }

  private Summary publish(Deployment deployment, Consumer<BehaviorEvent> witness) {
    long start = System.nanoTime();
    AtomicLong acknowledged = new AtomicLong();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    long rejected = 0;
    try (BehaviorEventPublisher publisher =
        BehaviorEventPublisher.connect(deployment.connection())) {
      for (Path path : paths) {
        rejected += load(path, publisher, witness, acknowledged, failure);
      }
      publisher.flush();
    }
    failIfUndelivered(failure);
    return new Summary(acknowledged.get(), rejected, (System.nanoTime() - start) / 1e9);
  }

  private long load(
      Path path,
      BehaviorEventPublisher publisher,
      Consumer<BehaviorEvent> witness,
      AtomicLong acknowledged,
      AtomicReference<Throwable> failure) {
    PrintWriter err = spec.commandLine().getErr();
    long rejected = 0;
    long nextReport = System.nanoTime() + PROGRESS.toNanos();
    try (Stream<LoadedEvent> events = EventFiles.read(path, tenant)) {
      for (Iterator<LoadedEvent> each = events.iterator(); each.hasNext(); ) {
        LoadedEvent next = each.next();
        if (next instanceof LoadedEvent.Bad bad) {
          if (++rejected <= MOST_LISTED) {
            err.println(bad);
          }
        } else if (next instanceof LoadedEvent.Good good) {
          witness.accept(good.event());
          var unused =
              publisher
                  .publish(good.event())
                  .whenComplete(
                      (done, why) -> {
                        if (why == null) {
                          acknowledged.incrementAndGet();
                        } else {
                          failure.compareAndSet(null, why);
                        }
                      });
        }
        failIfUndelivered(failure);
        if (System.nanoTime() > nextReport) {
          err.printf("%s: %d events so far%n", path, acknowledged.get());
          nextReport = System.nanoTime() + PROGRESS.toNanos();
        }
      }
    } catch (UncheckedIOException e) {
      throw new StackException(
          "%s cannot be read to its end: %s".formatted(path, e.getCause().getMessage()), e);
    }
    if (rejected > MOST_LISTED) {
      err.printf("%s: %d more are rejected and not listed%n", path, rejected - MOST_LISTED);
    }
    return rejected;
  }

  private static void failIfUndelivered(AtomicReference<Throwable> failure) {
    Throwable why = failure.get();
    if (why != null) {
      throw new StackException(
          "an event was not taken by the broker (%s); check hydra status and load again, which repeats nothing"
              .formatted(why.getMessage()),
          why);
    }
  }
}
