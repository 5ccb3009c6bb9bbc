package io.hydra.infra.cli;

import io.hydra.datasets.lines.CsvColumns;
import io.hydra.datasets.lines.EventLines.Defaults;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.load.EventFiles;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.text.Counts;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.user.UserKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Files into events. */
@Command(
    name = "load",
    description = {
      "Publish behaviour events from files: JSON lines, CSV with a header, LaMP folders, or a folder"
          + " of such files.",
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
  @Mixin private DeploymentOptions where;

  @Parameters(
      arity = "1..*",
      paramLabel = "PATH",
      description = ".jsonl and .csv files, LaMP folders, gzipped or not; folders of such files")
  private List<Path> paths;

  @Option(
      names = "--tenant",
      defaultValue = "demo",
      description = "Tenant of events that name none. Default: ${DEFAULT-VALUE}")
  private String tenant;

  @Option(
      names = "--task",
      description = "Task of lines and rows that name none. Default: each must name its own")
  private String task;

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "FIELD=COLUMN",
      description =
          "The columns of CSV files in which the fields stand, such as"
              + " user_id=reviewer,input=text,output=stars. Default: named as the fields")
  private Map<String, String> columns = new TreeMap<>();

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description =
          "Keep in this file how far the load has come, and go on from there if it exists. A load"
              + " that is killed and resumed loses nothing, and what it sends twice has the same"
              + " event id")
  private Path resume;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "Write every rejected line into this file, as JSON lines of place and reason")
  private Path rejects;

  @Option(
      names = "--dry-run",
      description = "Read everything and say what would be rejected; send nothing")
  private boolean dryRun;

  @Option(
      names = "--json",
      description =
          "Print {\"events\", \"users\", \"forgotten\" (users with events that have no effect,"
              + " null if not known), \"rejected\", \"seconds\"}")
  private boolean json;

  private static final int MOST_USERS = 100_000;

  private final AtomicLong acknowledged = new AtomicLong();

  /** With the first moment that each has an event of; no more of them than can be told. */
  private final Map<UserKey, Instant> users = new HashMap<>();

  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /**
   * As {@code --json} prints it.
   *
   * @param events loaded this time
   * @param users of these events, {@value #MOST_USERS} at most
   * @param forgotten users of events that have no effect; null if that is not known
   * @param rejected this time, or by the loads that this one goes on from
   */
  record Summary(long events, int users, Integer forgotten, long rejected, double seconds) {}

  @Override
  public Integer call() throws InterruptedException {
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new UserException(path + ": no such file or folder");
      }
    }
    List<Path> sources =
        paths.stream().flatMap(path -> EventFiles.expand(path).stream()).distinct().toList();
    Deployment deployment = deployment();
    Optional<Unlearnable> unlearnable = deployment.catalogue().map(Unlearnable::new);
    Consumer<BehaviorEvent> witness =
        event -> {
          unlearnable.ifPresent(u -> u.look(event));
          UserKey user = new UserKey(event.getTenant(), event.getUserId());
          if (users.size() < MOST_USERS || users.containsKey(user)) {
            users.merge(user, event.getOccurredAt(), (a, b) -> a.isBefore(b) ? a : b);
          }
        };
    long start = System.nanoTime();
    long rejected = dryRun ? dryRun(sources, witness) : load(deployment, sources, witness);
    double seconds = (System.nanoTime() - start) / 1e9;
    Summary summary =
        new Summary(acknowledged.get(), users.size(), forgotten(deployment), rejected, seconds);
    unlearnable.map(Unlearnable::notes).orElse(List.of()).forEach(err()::println);
    if (json) {
      json(summary);
    } else {
      say(
          "%s of %s%s %s in %.1f s, %d rejected",
          Counts.of(summary.events(), "event"),
          Counts.of(summary.users(), "user"),
          summary.users() < MOST_USERS ? "" : " or more",
          dryRun ? "could be loaded, read" : "loaded",
          summary.seconds(),
          summary.rejected());
    }
    return summary.rejected() == 0 ? 0 : 1;
  }

  /** Says so if it is not none; null where no Redis is named, or it does not answer. */
  private Integer forgotten(Deployment deployment) {
    if (deployment.redisUrl() == null) {
      return null;
    }
    try {
      int forgotten = countForgotten(users, deployment.erasures(users.keySet()));
      if (forgotten > 0) {
        note(
            "%s forgotten later than some of these events occurred: such events have no effect",
            forgotten == 1 ? "1 user was" : forgotten + " users were");
      }
      return forgotten;
    } catch (UserException e) {
      note("whether a user of these events was forgotten is not known: %s", e.getMessage());
      return null;
    }
  }

  static int countForgotten(Map<UserKey, Instant> oldest, Map<UserKey, Instant> erasures) {
    return (int)
        erasures.entrySet().stream()
            .filter(erased -> !oldest.get(erased.getKey()).isAfter(erased.getValue()))
            .count();
  }

  /** Of one that need not run, a dry run takes the base. */
  private Deployment deployment() {
    return dryRun
        ? where
            .elsewhere(System.getenv())
            .orElseGet(
                () -> new Deployment(null, null, null, null, Optional.of(where.folder().running())))
        : where.deployment();
  }

  private long load(Deployment deployment, List<Path> sources, Consumer<BehaviorEvent> witness)
      throws InterruptedException {
    deployment.announce("loading into", err());
    LoadState state =
        LoadState.open(resume, "%s %s %s".formatted(tenant, task, new TreeMap<>(columns)));
    try (BehaviorEventPublisher publisher = deployment.publisher(err())) {
      return read(
          sources,
          state,
          new EventLoad.Sink() {
            @Override
            public void take(BehaviorEvent event) {
              witness.accept(event);
              publish(event, publisher);
              failIfUndelivered();
            }

            @Override
            public void settle() {
              publisher.flush();
              failIfUndelivered();
            }
          });
    }
  }

  /** Reads all, and refuses what {@code load} would refuse before it is sent. */
  private long dryRun(List<Path> sources, Consumer<BehaviorEvent> witness) {
    LoadState none = LoadState.open(null, "");
    return read(
        sources,
        none,
        event -> {
          witness.accept(event);
          acknowledged.incrementAndGet();
        });
  }

  private long read(List<Path> sources, LoadState state, EventLoad.Sink sink) {
    return new EventLoad(
            new Defaults(tenant, task), new CsvColumns(columns), state, err(), System::nanoTime)
        .read(sources, rejects, sink);
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
          "an event was not taken (%s); check hydra status and load again, which repeats nothing"
              .formatted(KafkaConnection.reason(why)),
          why);
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
                  "%s of task %s, which is not in the served base's catalogue: remembered, and teaching nothing. It holds: %s"
                      .formatted(
                          Counts.of(count, "event"),
                          task,
                          String.join(", ", new TreeSet<>(catalogue.ids())))));
      ofNoOption.forEach(
          (task, count) ->
              notes.add(
                  "%s of task %s with an output that is none of its options: remembered, and teaching nothing. Its options: %s"
                      .formatted(Counts.of(count, "event"), task, options(task))));
      return notes;
    }

    private String options(String task) {
      return String.join(", ", catalogue.find(task).map(TaskSpec::options).orElse(List.of()));
    }
  }
}
