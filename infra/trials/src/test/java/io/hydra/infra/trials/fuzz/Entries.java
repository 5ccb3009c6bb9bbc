package io.hydra.infra.trials.fuzz;

import io.hydra.datasets.lamp.LampFormatException;
import io.hydra.datasets.lamp.LampReader;
import io.hydra.datasets.lines.EventFileException;
import io.hydra.infra.trials.corpus.EventCases;
import io.hydra.infra.trials.corpus.FileCases;
import io.hydra.infra.trials.corpus.FileCases.FileCase;
import io.hydra.infra.trials.corpus.Outcome;
import io.hydra.infra.trials.corpus.QueryCases;
import io.hydra.infra.trials.corpus.RecordCase;
import io.hydra.infra.trials.corpus.SchemaCases;
import io.hydra.infra.trials.corpus.Wire;
import io.hydra.infra.trials.corpus.Wire.LocalRegistry;
import io.hydra.infra.trials.fuzz.Fuzzer.Entry;
import io.hydra.ingest.load.EventFiles;
import io.hydra.ingest.load.LoadedEvent;
import io.hydra.schemas.avro.AnswerGain;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.TriggerReason;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.QueryRules;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.event.EventIntake;
import io.hydra.stream.event.RawRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/** All entry points: records of topics, files, and what {@link ValueEntries} adds. */
final class Entries {
  /** Of the corpus: its content, unlike the mutants, is always the same. */
  private static final long CORPUS_SEED = 1;

  private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");
  private static final String TASK = "LaMP_2M";
  private static final int SMALL = 512;
  private static final int OFTEN = 16;

  private final LocalRegistry registry = new LocalRegistry();
  private final Wire wire = new Wire(registry::id);
  private final Path folder;

  /**
   * @param folder for the files of the entries that read some
   */
  Entries(Path folder) {
    this.folder = folder;
  }

  List<Entry> all() {
    List<Entry> entries = new ArrayList<>();
    entries.add(events());
    entries.add(queries());
    HeadUpdateRequest request =
        new HeadUpdateRequest("shop", "ann", TASK, 7L, TriggerReason.COUNT, NOW, null);
    entries.add(records("head requests", Topic.HEAD_REQUESTS, request));
    GivenVerdict verdict =
        new GivenVerdict("e1", NOW, new Feedback("q1", Verdict.EDITED, null, "a text", null));
    HeadUpdateRequest judged =
        new HeadUpdateRequest("shop", "ann", TASK, 0L, TriggerReason.FEEDBACK, NOW, verdict);
    entries.add(records("verdicts", Topic.HEAD_REQUESTS, judged));
    List<ShownCandidate> shown = List.of(new ShownCandidate("a text", 1.0, 8, null));
    Exposure exposure =
        new Exposure(
            "q1",
            "shop",
            "ann",
            TASK,
            NOW,
            NOW,
            "a note",
            0,
            shown,
            List.of("e1"),
            0,
            7L,
            "base-1",
            7L);
    entries.add(records("exposures", Topic.EXPOSURES, exposure));
    VerdictOutcome outcome =
        new VerdictOutcome(
            "shop",
            "ann",
            "e1",
            "q1",
            io.hydra.schemas.avro.Outcome.NO_SIGNAL,
            "alike",
            NOW,
            new AnswerGain("sample", 3L, true, -0.25));
    entries.add(records("outcomes of verdicts", Topic.VERDICT_OUTCOMES, outcome));
    TaskHeads row = new TaskHeads(TASK, "base-1", 7L, NOW, 0L, ByteBuffer.wrap(new byte[64]), 0L);
    UserHeads heads = new UserHeads("shop", "ann", List.of(row));
    entries.add(records("heads records", Topic.HEADS, heads));
    UserErased erased = new UserErased("shop", "ann", "e1", NOW, 3, 0, NOW);
    entries.add(records("erasures", Topic.ERASURES, erased));
    entries.add(events("JSON lines", FileCase.Kind.LINES, "lines.jsonl"));
    entries.add(events("CSV", FileCase.Kind.ROWS, "rows.csv"));
    entries.add(lamp());
    entries.add(keys());
    entries.addAll(ValueEntries.all());
    return List.copyOf(entries);
  }

  private Entry events() {
    List<RecordCase> cases = new ArrayList<>(EventCases.generate(wire, CORPUS_SEED, NOW, TASK));
    cases.addAll(SchemaCases.events(registry.recursiveId(), NOW, TASK));
    EventIntake intake = new EventIntake(new RegistryDeserializer<>(registry, Topic.EVENTS));
    RegistryDeserializer<BehaviorEvent> owners = new RegistryDeserializer<>(registry, Topic.EVENTS);
    return new Entry(
        "events",
        values(cases),
        input -> {
          // Under its owner's key, or nothing would get past that rule.
          BehaviorEvent event = owners.deserialize(input);
          byte[] key = Wire.utf8(event.getTenant() + ":" + event.getUserId());
          long timestamp = input.length % 16 == 0 ? -1 : NOW.toEpochMilli();
          Objects.requireNonNull(intake.accept(raw(key, timestamp, input)));
        },
        Set.of(RejectedRecordException.class));
  }

  private static RawRecord raw(byte[] key, long timestamp, byte[] value) {
    return new RawRecord(
        Topic.EVENTS.topicName(), 0, 0, timestamp, key, value, new String[0], new byte[0][]);
  }

  private Entry queries() {
    List<RecordCase> cases =
        QueryCases.generate(wire, CORPUS_SEED, NOW, Duration.ofSeconds(30), TASK);
    RegistryDeserializer<Query> deserializer = new RegistryDeserializer<>(registry, Topic.QUERIES);
    return new Entry(
        "queries",
        values(cases),
        input -> {
          Query query = deserializer.deserialize(input);
          byte[] key = Wire.utf8(query.getTenant() + ":" + query.getUserId());
          QueryRules.problem(query, key)
              .ifPresent(
                  problem -> {
                    throw new Refusal(problem);
                  });
        },
        Set.of(RejectedRecordException.class, Refusal.class));
  }

  private <T extends SpecificRecord> Entry records(String name, Topic topic, SpecificRecord good) {
    RegistryDeserializer<T> deserializer = new RegistryDeserializer<>(registry, topic);
    return new Entry(
        name,
        List.of(wire.value(topic, good)),
        input -> {
          Objects.requireNonNull(deserializer.deserialize(input));
        },
        Set.of(RejectedRecordException.class));
  }

  private Entry events(String name, FileCase.Kind kind, String fileName) {
    Path file = folder.resolve(fileName);
    return new Entry(
        name,
        files(kind),
        input -> {
          Files.write(file, input);
          try (Stream<LoadedEvent> events = EventFiles.read(file, EventCases.TENANT)) {
            long unused = events.filter(LoadedEvent.Good.class::isInstance).count();
          }
        },
        Set.of(EventFileException.class));
  }

  private Entry lamp() {
    Path questions = folder.resolve("dev_questions.json");
    try {
      Files.write(folder.resolve("dev_outputs.json"), FileCases.lampOutputs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Entry(
        "LaMP files",
        files(FileCase.Kind.LAMP),
        input -> {
          Files.write(questions, input);
          var unused = LampReader.read(folder, "dev");
        },
        Set.of(LampFormatException.class));
  }

  private static Entry keys() {
    return new Entry(
        "record keys",
        List.of(Wire.utf8("shop:ann")),
        input -> {
          Objects.requireNonNull(UserKey.parse(new String(input, StandardCharsets.UTF_8)));
        },
        Set.of(IllegalArgumentException.class));
  }

  private static List<byte[]> files(FileCase.Kind kind) {
    return FileCases.generate().stream()
        .filter(file -> file.kind() == kind)
        .map(FileCase::content)
        .toList();
  }

  /**
   * Those that hold something; small good ones often, or few mutants would be read to their end.
   */
  private static List<byte[]> values(List<RecordCase> cases) {
    List<byte[]> values = new ArrayList<>();
    for (RecordCase each : cases) {
      if (each.value() != null && !each.name().contains("noise")) {
        boolean good = !(each.outcome() instanceof Outcome.DeadLetter);
        int times = good && each.value().length < SMALL ? OFTEN : 1;
        values.addAll(Collections.nCopies(times, each.value()));
      }
    }
    return values;
  }

  /** A rule that a record breaks. */
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String problem) {
      super(problem);
    }
  }
}
