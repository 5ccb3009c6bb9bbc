package io.hydra.infra.cli;

import io.hydra.datasets.lines.CsvColumns;
import io.hydra.datasets.lines.EventLines.Defaults;
import io.hydra.infra.cli.LoadState.Source;
import io.hydra.infra.output.TerminalText;
import io.hydra.ingest.load.EventFiles;
import io.hydra.ingest.load.LoadedEvent;
import io.hydra.runtime.text.Counts;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.config.UserException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Reads sources one after the other: good entries go to a sink, bad ones are listed and written
 * down, and now and then all so far is settled, which is where the next load goes on.
 */
record EventLoad(
    Defaults defaults,
    CsvColumns columns,
    LoadState state,
    PrintWriter err,
    LongSupplier nanoTime) {
  /** Of fields that are not read. */
  private static final int MOST_NAMES = 10;

  /** Takes events, each at once or at the latest when it settles. */
  @FunctionalInterface
  interface Sink {
    void take(BehaviorEvent event);

    /** Returns once all events so far are taken for good. */
    default void settle() {}
  }

  /**
   * Reads what is not settled yet.
   *
   * @param rejects null to write no rejected entries down
   * @return the number of rejected entries, with those of the loads that this one continues
   * @throws UserException if a source cannot be read to its end, or has changed
   */
  long read(List<Path> sources, Path rejects, Sink sink) {
    long rejected = 0;
    try (RejectFile file = new RejectFile(rejects, state.rejectBytes())) {
      for (Path source : sources) {
        rejected += read(source, file, sink);
      }
    }
    return rejected;
  }

  private long read(Path source, RejectFile file, Sink sink) {
    Rejections rejections = new Rejections(source, err);
    Map<String, Integer> ignored = new TreeMap<>();
    long further = 0;
    AtomicLong bytes = new AtomicLong();
    LoadProgress progress = new LoadProgress(source.toFile().length(), nanoTime);
    Source before = state.begin(source);
    long entries = before.entries();
    if (entries > 0) {
      err.printf("%s: going on after %s%n", source, Counts.of(entries, "event"));
    }
    try (Stream<LoadedEvent> events =
        EventFiles.read(source, defaults, columns, bytes).skip(entries)) {
      for (Iterator<LoadedEvent> each = events.iterator(); each.hasNext(); entries++) {
        LoadedEvent next = each.next();
        if (progress.isDue(bytes.get())) {
          sink.settle();
          long rejected = before.rejected() + rejections.count();
          state.settle(source, before.at(entries, rejected), file.flush());
          err.printf("%s: %s%n", source, progress.words(entries - before.entries(), bytes.get()));
        }
        if (next instanceof LoadedEvent.Bad bad) {
          rejections.add(bad);
          file.add(bad);
        } else if (next instanceof LoadedEvent.Good good) {
          rejections.list();
          for (String field : good.ignored()) {
            if (ignored.size() < MOST_NAMES || ignored.containsKey(field)) {
              ignored.merge(field, 1, Integer::sum);
            } else {
              further++;
            }
          }
          sink.take(good.event());
        }
      }
    } catch (UncheckedIOException e) {
      throw new UserException(
          "%s cannot be read to its end: %s".formatted(source, e.getCause().getMessage()), e);
    }
    sink.settle();
    long rejected = before.rejected() + rejections.finish();
    ignored.forEach(
        (field, count) ->
            err.printf(
                "%s: field %s of %s is not read: events have none such%n",
                source, TerminalText.line(field), Counts.of(count, "event")));
    if (further > 0) {
      err.printf("%s: nor are %s of other fields%n", source, Counts.of(further, "value"));
    }
    state.settle(source, before.at(entries, rejected), file.flush());
    return rejected;
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

    long count() {
      return count;
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
}
