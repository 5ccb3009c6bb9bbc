package io.hydra.schemas.registry;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.entities.SubjectVersion;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up the schema that a value of one topic was written with.
 *
 * <p>Implementation note, whose fault it is that a schema cannot be had:
 *
 * <ul>
 *   <li>The registry does not answer, or asks to be left alone (429): the dependency's.
 *   <li>It answers anything but "unknown" about this id: it is asked for the topic's own subject
 *       and for its list of subjects. If it answers either of them the id is at fault, so the
 *       record, else the dependency.
 *   <li>An id at fault may be so for a moment only: registered on another node, or behind a proxy
 *       that restarts. So it is asked for again, in a window that all ids share: the first that
 *       cannot be had opens it, and after it each is given up at once, until it may open again. So
 *       a schema that is a moment late is found, and a flood of bad ids holds the stream up once.
 *   <li>An id that was given up stays so for half a minute, so that a flood of bad records is not a
 *       flood of questions.
 * </ul>
 *
 * Not thread-safe.
 */
final class WriterSchemas {
  private static final Logger log = LoggerFactory.getLogger(WriterSchemas.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration BETWEEN_WINDOWS = Duration.ofMinutes(5);
  private static final Duration REJECTED_FOR = Duration.ofSeconds(30);
  private static final int MOST_REJECTED = 10_000;

  /** Sleeps; a test only counts. */
  interface Sleeper {
    void sleep(Duration pause) throws InterruptedException;
  }

  private record Rejection(String reason, long at) {}

  private final SchemaRegistryClient registry;
  private final Topic topic;
  private final Schema readerSchema;
  private final Duration window;
  private final LongSupplier nanoTime;
  private final Sleeper sleeper;
  private final Map<Integer, Rejection> rejected = oldestGoFirst(MOST_REJECTED);
  private boolean windowOpened;
  private long windowOpenedAt;
  private boolean subjectsUnknown;

  WriterSchemas(
      SchemaRegistryClient registry,
      Topic topic,
      Duration window,
      LongSupplier nanoTime,
      Sleeper sleeper) {
    this.registry = registry;
    this.topic = topic;
    this.readerSchema = topic.schema().orElseThrow();
    this.window = window;
    this.nanoTime = nanoTime;
    this.sleeper = sleeper;
  }

  /** A map that keeps the newest entries. */
  static <V> Map<Integer, V> oldestGoFirst(int most) {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Integer, V> eldest) {
        return size() > most;
      }
    };
  }

  /**
   * @throws UndecodableRecordException if values with this id cannot be read
   * @throws RegistryUnavailableException if the registry does not answer
   */
  Schema get(int id) throws UndecodableRecordException {
    Rejection known = rejected.get(id);
    if (known != null && nanoTime.getAsLong() - known.at() < REJECTED_FOR.toNanos()) {
      throw new UndecodableRecordException(known.reason());
    }
    while (true) {
      String problem;
      try {
        Schema schema = ask(id);
        problem = problem(id, schema);
        if (problem == null) {
          return schema;
        }
        throw reject(id, problem, false);
      } catch (RestClientException e) {
        problem = fault(id, e);
      } catch (IOException e) {
        throw RegistryAnswers.unavailable(e);
      } catch (AvroRuntimeException | StackOverflowError e) {
        throw reject(
            id,
            "schema id %d cannot be parsed (%s)".formatted(id, e.getClass().getSimpleName()),
            false);
      }
      if (!awaitAnotherAttempt()) {
        throw reject(id, problem, true);
      }
    }
  }

  /** Waits a moment; false at once if the window is over. */
  private boolean awaitAnotherAttempt() {
    long now = nanoTime.getAsLong();
    if (!windowOpened || now - windowOpenedAt >= BETWEEN_WINDOWS.toNanos()) {
      windowOpened = true;
      windowOpenedAt = now;
    }
    if (now - windowOpenedAt >= window.toNanos()) {
      return false;
    }
    try {
      sleeper.sleep(PAUSE);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("interrupted while waiting for a schema", e);
    }
  }

  private Schema ask(int id) throws IOException, RestClientException, UndecodableRecordException {
    try {
      if (registry.getSchemaById(id) instanceof AvroSchema avro) {
        return avro.rawSchema();
      }
    } catch (IOException e) {
      if (!RegistryAnswers.isOtherSchemaType(e)) {
        throw e;
      }
    }
    throw reject(id, "schema id %d is not Avro".formatted(id), false);
  }

  private UndecodableRecordException reject(int id, String problem, boolean isUnknown) {
    rejected.remove(id);
    rejected.put(id, new Rejection(problem, nanoTime.getAsLong()));
    return new UndecodableRecordException(problem, isUnknown);
  }

  /** Says why the id is at fault; throws where the registry is. */
  private String fault(int id, RestClientException e) {
    if (RegistryAnswers.isUnknown(e)) {
      return "schema id %d is unknown to the registry: register the schema under %s first"
          .formatted(id, topic.subject());
    }
    if (RegistryAnswers.isBusy(e) || !answersOthers()) {
      throw RegistryAnswers.unavailable(e);
    }
    return "the registry answers %d for schema id %d, and answers for others: mend the schema there"
        .formatted(e.getStatus(), id);
  }

  private boolean answersOthers() {
    return answers(() -> registry.getAllVersions(topic.subject()))
        || answers(registry::getAllSubjects);
  }

  private interface Question {
    Object ask() throws IOException, RestClientException;
  }

  private static boolean answers(Question question) {
    try {
      Object unused = question.ask();
      return true;
    } catch (IOException | RestClientException e) {
      return false;
    }
  }

  private String problem(int id, Schema schema) throws IOException {
    if (!schema.getFullName().equals(readerSchema.getFullName())) {
      return "schema id %d is a %s where %s carries %s"
          .formatted(id, schema.getFullName(), topic.topicName(), readerSchema.getFullName());
    }
    if (SchemaNormalization.parsingFingerprint64(schema)
        == SchemaNormalization.parsingFingerprint64(readerSchema)) {
      return null;
    }
    if (EmptyItems.in(schema)) {
      return "schema id %d has an array or map whose items take no bytes, so a few bytes could stand for any number of them"
          .formatted(id);
    }
    if (!isOfSubject(id)) {
      return "schema id %d is not registered under %s: register it there, where it must be compatible"
          .formatted(id, topic.subject());
    }
    return null;
  }

  /**
   * Tells whether the topic's own subject has the schema. True where the registry cannot tell: some
   * have no such question, and those of a deleted version have no subject.
   */
  private boolean isOfSubject(int id) throws IOException {
    Collection<SubjectVersion> versions;
    try {
      versions = registry.getAllVersionsById(id);
    } catch (RestClientException | UnsupportedOperationException e) {
      if (!subjectsUnknown) {
        subjectsUnknown = true;
        log.warn(
            "the schema registry does not say which subjects a schema has, so schemas of {} are"
                + " told by their name alone",
            topic.topicName());
      }
      return true;
    }
    return versions.isEmpty()
        || versions.stream()
            .map(SubjectVersion::getSubject)
            // Registries with contexts qualify the name.
            .anyMatch(s -> s.equals(topic.subject()) || s.endsWith(":" + topic.subject()));
  }
}
