package io.hydra.infra.cli;

import io.hydra.infra.kafka.ConsumerLag;
import io.hydra.infra.output.Json;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.load.EventFiles;
import io.hydra.ingest.load.LoadedEvent;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.topic.Topic;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Files into events. */
@Command(
    name = "load",
    description = {
      "Publish behaviour events from files: LaMP folders, or JSON lines.",
      "A line is such as",
      "{\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"occurred_at\":\"2026-01-31T10:00:00Z\",\"input\":\"...\",\"output\":\"2\"}",
      "occurred_at is ISO-8601 (UTC where it names no offset), or a number of seconds, milli- or"
          + " microseconds since 1970. event_id and tenant may be added.",
      "A bad line is reported as file:line and skipped, and the rest is loaded. Loading the same"
          + " file twice changes nothing."
    },
    exitCodeList = {
      "0:all is loaded",
      "1:failed, or a line was rejected, and the message says why",
      "2:wrong usage"
    })
final class LoadCommand extends HydraCommand {
  private static final Duration PROGRESS = Duration.ofSeconds(2);

  private static final Duration ADMIN_PATIENCE = Duration.ofSeconds(10);

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

  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /** As {@code --json} prints it. */
  record Summary(long events, long rejected, double seconds) {}

  @Override
  public Integer call() throws InterruptedException {
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new UserException(path + ": no such file or folder");
      }
    }
    Deployment deployment = where.deployment();
    deployment.announce("loading into", err());
    Summary summary = load(deployment);
    if (json) {
      out().println(Json.write(summary));
    } else {
      out()
          .printf(
              "%d events loaded in %.1f s, %d rejected%n",
              summary.events(), summary.seconds(), summary.rejected());
    }
    return summary.rejected() == 0 ? 0 : 1;
  }

  private Summary load(Deployment deployment) throws InterruptedException {
    try (Admin admin = deployment.kafka().openAdmin(ADMIN_PATIENCE)) {
      LoadedDeadLetters letters = new LoadedDeadLetters(() -> deadLetters(admin), Sleeper.THREAD);
      Optional<Unlearnable> unlearnable =
          deployment.base().map(base -> new Unlearnable(base.catalogue()));
      Summary summary = publish(deployment, event -> unlearnable.ifPresent(u -> u.look(event)));
      unlearnable.map(Unlearnable::notes).orElse(List.of()).forEach(err()::println);
      letters.note().ifPresent(err()::println);
      return summary;
    }
  }

  private static long deadLetters(Admin admin) throws InterruptedException {
    return new ConsumerLag(admin)
        .records(List.of(Topic.EVENTS_DLQ))
        .get(Topic.EVENTS_DLQ.topicName());
  }

  private Summary publish(Deployment deployment, Consumer<BehaviorEvent> witness) {
    long start = System.nanoTime();
    long rejected = 0;
    try (BehaviorEventPublisher publisher =
        BehaviorEventPublisher.connect(deployment.connection())) {
      for (Path path : paths) {
        rejected += load(path, publisher, witness);
      }
      publisher.flush();
    }
    failIfUndelivered();
    return new Summary(acknowledged.get(), rejected, (System.nanoTime() - start) / 1e9);
  }

  private long load(Path path, BehaviorEventPublisher publisher, Consumer<BehaviorEvent> witness) {
    Rejections rejections = new Rejections(path, err());
    long nextReport = System.nanoTime() + PROGRESS.toNanos();
    try (Stream<LoadedEvent> events = EventFiles.read(path, tenant)) {
      for (Iterator<LoadedEvent> each = events.iterator(); each.hasNext(); ) {
        LoadedEvent next = each.next();
        if (next instanceof LoadedEvent.Bad bad) {
          rejections.add(bad);
        } else if (next instanceof LoadedEvent.Good good) {
          rejections.list();
          witness.accept(good.event());
          publish(good.event(), publisher);
        }
        failIfUndelivered();
        if (System.nanoTime() > nextReport) {
          err().printf("%s: %d events so far%n", path, acknowledged.get());
          nextReport = System.nanoTime() + PROGRESS.toNanos();
        }
      }
    } catch (UncheckedIOException e) {
      throw new UserException(
          "%s cannot be read to its end: %s".formatted(path, e.getCause().getMessage()), e);
    }
    return rejections.finish();
  }

  private void publish(BehaviorEvent event, BehaviorEventPublisher publisher) {
    var unused =
        publisher
            .publish(event)
            .whenComplete(
                (done, why) -> {
                  if (why == null) {
                    acknowledged.incrementAndGet();
                  } else {
                    failure.compareAndSet(null, why);
                  }
                });
  }

  private void failIfUndelivered() {
    Throwable why = failure.get();
    if (why != null) {
      throw new UserException(
          "an event was not taken by the broker (%s); check hydra status and load again, which repeats nothing"
              .formatted(why.getMessage()),
          why);
    }
  }

  /**
   * Lists the rejected entries of one path, as far as they tell something: a file of another kind
   * is named once.
   */
  static final class Rejections {
    private static final int MOST_LISTED = 20;

    /** Part of every message about a line that is not a JSON object. */
    private static final String NO_OBJECT = "one object per line is expected";

    private final Path path;
    private final PrintWriter err;

    /** Not listed yet: the next good entry shows that the file is of the right kind. */
    private final List<LoadedEvent.Bad> held = new ArrayList<>();

    private boolean listed;
    private long count;

    Rejections(Path path, PrintWriter err) {
      this.path = path;
      this.err = err;
    }

    void add(LoadedEvent.Bad bad) {
      if (++count <= MOST_LISTED) {
        held.add(bad);
        if (listed || !bad.reason().contains(NO_OBJECT)) {
          list();
        }
      }
    }

    /** Lists what is held, and from now on each at once. */
    void list() {
      held.forEach(err::println);
      held.clear();
      listed = true;
    }

    /** Says what is left to say; returns how many there were. */
    long finish() {
      if (!listed && count > 1) {
        err.printf(
            "%s%n%s: none of its %d lines is a JSON object: see hydra load --help for what is"
                + " read%n",
            held.get(0), path, count);
      } else {
        list();
        if (count > MOST_LISTED) {
          err.printf("%s: %d more are rejected and not listed%n", path, count - MOST_LISTED);
        }
      }
      return count;
    }
  }

  /**
   * Tells of dead letters that came up while events were loaded. The stream processor refuses an
   * event a moment after the broker took it, so the last ones are waited for briefly. A cluster may
   * deny the count to a client that may publish: that spoils no load.
   */
  static final class LoadedDeadLetters {
    private static final int ROUNDS = 10;
    private static final Duration ROUND = Duration.ofMillis(100);
    private static final String TOPIC = Topic.EVENTS_DLQ.topicName();

    /** Counts the dead letters there are. */
    @FunctionalInterface
    interface Counter {
      long count() throws InterruptedException;
    }

    private final Counter counter;
    private final Sleeper sleeper;
    private long before;
    private UserException failure;

    /** {@code counter} is asked now, and again later. */
    LoadedDeadLetters(Counter counter, Sleeper sleeper) throws InterruptedException {
      this.counter = counter;
      this.sleeper = sleeper;
      try {
        this.before = counter.count();
      } catch (UserException e) {
        this.failure = e;
      }
    }

    /** Describes those that came up since, as soon as there are any; empty if none did. */
    Optional<String> note() throws InterruptedException {
      try {
        long came = failure == null ? await() : 0;
        if (came > 0) {
          return Optional.of(
              "%d dead letters came up on %s meanwhile, for events of this load or of others: their headers say why"
                  .formatted(came, TOPIC));
        }
      } catch (UserException e) {
        failure = e;
      }
      return Optional.ofNullable(failure)
          .map(
              e ->
                  "warning: whether events were refused is not known: %s; counting them takes the right to describe %s"
                      .formatted(e.getMessage(), TOPIC));
    }

    private long await() throws InterruptedException {
      long came = counter.count() - before;
      for (int round = 0; came <= 0 && round < ROUNDS; round++) {
        sleeper.sleep(ROUND);
        came = counter.count() - before;
      }
      return came;
    }
  }

  /** Counts events that are remembered and teach nothing: of a task or an option nobody knows. */
  static final class Unlearnable {
    private final TaskCatalogue catalogue;
    private final Map<String, Integer> ofUnknownTask = new TreeMap<>();
    private final Map<String, Integer> ofNoOption = new TreeMap<>();

    Unlearnable(TaskCatalogue catalogue) {
      this.catalogue = catalogue;
    }

    void look(BehaviorEvent event) {
      if (!(event.getPayload() instanceof Interaction interaction)) {
        return;
      }
      String task = event.getTask();
      catalogue
          .find(task)
          .ifPresentOrElse(
              known -> {
                if (known.isClosed() && known.indexOf(interaction.getOutput()) < 0) {
                  ofNoOption.merge(task, 1, Integer::sum);
                }
              },
              () -> ofUnknownTask.merge(task, 1, Integer::sum));
    }

    /** One line per task, without a user's text. */
    List<String> notes() {
      List<String> notes = new ArrayList<>();
      ofUnknownTask.forEach(
          (task, count) ->
              notes.add(
                  "%d events are of task %s, which the served base does not know: they are remembered and teach nothing. It knows %s"
                      .formatted(count, task, String.join(", ", catalogue.ids()))));
      ofNoOption.forEach(
          (task, count) ->
              notes.add(
                  "%d events of task %s have an output that is none of its options: they are remembered and teach nothing. Its options: %s"
                      .formatted(count, task, options(task))));
      return notes;
    }

    private String options(String task) {
      return String.join(", ", catalogue.find(task).map(TaskSpec::options).orElse(List.of()));
    }
  }
}
