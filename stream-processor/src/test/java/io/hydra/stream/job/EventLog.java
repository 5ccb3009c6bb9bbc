package io.hydra.stream.job;

import static io.hydra.stream.Events.erasure;
import static io.hydra.stream.Events.event;
import static io.hydra.stream.Events.feedback;
import static io.hydra.stream.Events.interaction;
import static io.hydra.stream.Events.raw;
import static io.hydra.stream.Events.utf8;

import io.hydra.stream.Events;
import io.hydra.stream.event.RawRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A seeded log of one partition: good events with repetitions, and some that must be rejected. */
final class EventLog {
  static final int SIZE = 1500;
  private static final long T = 1_700_000_000_000L;
  private static final int USERS = 8;
  private static final List<String> TASKS = List.of("tags", "stars");

  private EventLog() {}

  static List<RawRecord> partition(int partition) {
    Random random = new Random(partition);
    Events events = new Events();
    List<RawRecord> log = new ArrayList<>(SIZE);
    while (log.size() < SIZE) {
      int i = log.size();
      String user = "p" + partition + "-user" + random.nextInt(USERS);
      String task = TASKS.get(random.nextInt(TASKS.size()));
      log.add(
          switch (i % 40) {
            case 3 -> raw(utf8("acme:" + user), utf8("no avro " + i));
            case 7 -> events.record(event("acme", user, task, "f" + i, T + i, feedback()));
            case 13 -> events.record(event("acme", user, task, "x" + i, T + i, erasure()));
            case 17 -> raw(utf8("acme:" + i), null);
            case 23 ->
                raw(
                    utf8("acme:other" + i),
                    events.bytes(event("acme", user, task, "k" + i, T + i, interaction("i", "o"))));
            default ->
                events.record(
                    event(
                        "acme",
                        user,
                        task,
                        "e" + random.nextInt(SIZE / 2),
                        T + random.nextInt(5000),
                        interaction("input " + i, "output " + random.nextInt(5))));
          });
    }
    return log;
  }
}
