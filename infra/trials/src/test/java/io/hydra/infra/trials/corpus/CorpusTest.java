package io.hydra.infra.trials.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.datasets.lamp.LampFormatException;
import io.hydra.datasets.lines.EventFileException;
import io.hydra.infra.trials.corpus.FileCases.FileCase;
import io.hydra.infra.trials.corpus.Wire.LocalRegistry;
import io.hydra.ingest.load.EventFiles;
import io.hydra.ingest.load.LoadedEvent;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.QueryRules;
import io.hydra.stream.event.EventIntake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The corpus against the code at the doors alone; a stack is driven with it elsewhere. */
class CorpusTest {
  private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");
  private static final String TASK = "LaMP_2M";

  private final LocalRegistry registry = new LocalRegistry();
  private final Wire wire = new Wire(registry::id);

  @Test
  void namesAreUnique() {
    List<String> names = new ArrayList<>();
    EventCases.generate(wire, 1, NOW, TASK).forEach(each -> names.add(each.name()));
    queries().forEach(each -> names.add(each.name()));
    ReplyCases.open().forEach(each -> names.add("reply " + each.name()));
    FileCases.generate().forEach(each -> names.add("file " + each.name()));
    Set<String> twice = new HashSet<>();
    names.removeIf(twice::add);
    assertThat(names).containsExactly("one-id-two-contents");
    assertThat(twice).hasSizeGreaterThan(250);
  }

  @Test
  void theSameSeedGivesTheSameBytes() {
    List<RecordCase> again = EventCases.generate(wire, 1, NOW, TASK);
    List<RecordCase> first = EventCases.generate(wire, 1, NOW, TASK);
    for (int i = 0; i < first.size(); i++) {
      assertThat(Arrays.equals(first.get(i).value(), again.get(i).value())).isTrue();
    }
  }

  @Test
  void eventsEnterOrAreRejectedAsTheCasesSay() {
    List<RecordCase> cases = new ArrayList<>(EventCases.generate(wire, 1, NOW, TASK));
    cases.addAll(SchemaCases.events(registry.recursiveId(), NOW, TASK));
    cases.addAll(EventCases.costliest(wire, 1, NOW, TASK, 3));
    cases.add(SchemaCases.withheld(wire, 4_711, "withheld", NOW, TASK));
    EventIntake intake = new EventIntake(new RegistryDeserializer<>(registry, Topic.EVENTS));
    List<String> wrong = new ArrayList<>();
    for (RecordCase each : cases) {
      String expected =
          each.outcome() instanceof Outcome.DeadLetter letter ? letter.exceptionClass() : "entered";
      String found = "entered";
      try {
        var unused = intake.accept(Records.raw(each, NOW.toEpochMilli()));
      } catch (RejectedRecordException e) {
        found = e.getClass().getSimpleName();
      }
      if (!expected.equals(found)) {
        wrong.add(each.name() + ": " + found + ", not " + expected);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void anEventWhoseRecordHasNoTimeIsRejected() {
    EventIntake intake = new EventIntake(new RegistryDeserializer<>(registry, Topic.EVENTS));
    RecordCase good = EventCases.costliest(wire, 1, NOW, TASK, 1).get(0);
    assertThatThrownBy(() -> intake.accept(Records.raw(good, -1)))
        .isExactlyInstanceOf(RejectedRecordException.class);
  }

  @Test
  void queriesAreReadOrRefusedAsTheCasesSay() {
    RegistryDeserializer<Query> deserializer = new RegistryDeserializer<>(registry, Topic.QUERIES);
    List<String> wrong = new ArrayList<>();
    for (RecordCase each : queries()) {
      String found;
      try {
        Query query = deserializer.deserialize(each.value());
        found = QueryRules.problem(query, each.key()).isPresent() ? "[INVALID_QUERY]" : "read";
      } catch (UndecodableRecordException e) {
        found = e.getClass().getSimpleName();
      }
      String expected =
          each.outcome() instanceof Outcome.Answered answered
              ? answered.statuses().toString()
              : ((Outcome.DeadLetter) each.outcome()).exceptionClass();
      if (!expected.equals(found) && (expected.contains("INVALID") || !found.equals("read"))) {
        wrong.add(each.name() + ": " + found + ", not " + expected);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void filesAreLoadedAsTheCasesSay(@TempDir Path dir) throws IOException {
    List<String> wrong = new ArrayList<>();
    for (FileCase each : FileCases.generate()) {
      Path folder = Files.createDirectory(dir.resolve(each.name()));
      Path file = Files.write(folder.resolve(each.fileName()), each.content());
      if (each.kind() == FileCase.Kind.LAMP) {
        Files.write(folder.resolve("dev_outputs.json"), FileCases.lampOutputs());
        file = folder;
      }
      String found = load(file);
      String expected =
          each.readable() ? "%d good, %d bad".formatted(each.good(), each.bad()) : "refused";
      boolean known = !each.readable() || (each.good() >= 0 && each.bad() >= 0);
      if (known ? !expected.equals(found) : found.startsWith("crash")) {
        wrong.add(each.name() + ": " + found + ", not " + expected);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static String load(Path path) {
    try (Stream<LoadedEvent> events = EventFiles.read(path, EventCases.TENANT)) {
      List<LoadedEvent> all = events.toList();
      long good = all.stream().filter(LoadedEvent.Good.class::isInstance).count();
      return "%d good, %d bad".formatted(good, all.size() - good);
    } catch (EventFileException | LampFormatException e) {
      return "refused";
    } catch (RuntimeException e) {
      return e.getCause() instanceof IOException ? "refused" : "crash " + e;
    }
  }

  private List<RecordCase> queries() {
    return QueryCases.generate(wire, 1, NOW, Duration.ofSeconds(30), TASK);
  }
}
