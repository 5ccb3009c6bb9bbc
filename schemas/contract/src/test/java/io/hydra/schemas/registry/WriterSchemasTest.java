package io.hydra.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WriterSchemasTest {
  private static final Duration WINDOW = Duration.ofSeconds(5);

  private final MoodyRegistry registry = new MoodyRegistry();
  private final List<Duration> pauses = new ArrayList<>();
  private Runnable whilePausing = () -> {};
  private long now;
  private final WriterSchemas schemas =
      new WriterSchemas(
          registry,
          Topic.QUERIES,
          WINDOW,
          () -> now,
          pause -> {
            pauses.add(pause);
            now += pause.toNanos();
            whilePausing.run();
          });
  private int known;

  @BeforeEach
  void register() throws Exception {
    known = register(Topic.QUERIES.subject(), Query.getClassSchema());
  }

  private int register(String subject, Schema schema) throws Exception {
    return registry.register(subject, new AvroSchema(schema));
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private void assertRejected(int id, String reason) {
    assertThatExceptionOfType(UndecodableRecordException.class)
        .isThrownBy(() -> schemas.get(id))
        .withMessageContaining(reason);
  }

  private void assertUnavailable(int id, String reason) {
    assertThatExceptionOfType(RegistryUnavailableException.class)
        .isThrownBy(() -> schemas.get(id))
        .withMessageContaining(reason);
  }

  private Duration waited() {
    return pauses.stream().reduce(Duration.ZERO, Duration::plus);
  }

  @Test
  void idThatIsRefusedWhileOthersAreAnsweredIsTheRecordsFault() {
    for (int status : new int[] {400, 401, 403, 404, 422, 500, 503}) {
      registry.answer(1_000 + status, status);
      assertRejected(1_000 + status, "answers " + status);
    }
    assertThat(waited()).isEqualTo(WINDOW);
  }

  @Test
  void registryThatRefusesEverythingIsWaitedFor() throws Exception {
    for (int status : new int[] {401, 403}) {
      registry.answerAll(status);
      assertUnavailable(known, "refuses our credentials (" + status + ")");
    }
    registry.answerAll(500);
    assertUnavailable(known, "answered 500");
    registry.comeBack();
    registry.goAway();
    assertUnavailable(known, "does not answer");
    registry.comeBack();
    assertThat(schemas.get(known)).isEqualTo(Query.getClassSchema());
    assertThat(pauses).isEmpty();
  }

  @Test
  void registryThatAsksForPatienceIsWaitedFor() {
    registry.answer(known, 429);
    assertUnavailable(known, "answered 429");
  }

  @Test
  void idThatBecomesKnownAMomentLaterIsFound() throws Exception {
    registry.answer(known, 404);
    whilePausing = registry::comeBack;
    assertThat(schemas.get(known)).isEqualTo(Query.getClassSchema());
    assertThat(pauses).hasSize(1);
  }

  @Test
  void floodOfUnknownIdsHoldsTheStreamUpOnce() {
    for (int id = 10_000; id < 12_000; id++) {
      assertRejected(id, "unknown to the registry");
    }
    assertThat(waited()).isEqualTo(WINDOW);
    int questions = registry.questions();
    assertRejected(11_999, "unknown to the registry");
    assertThat(registry.questions()).isEqualTo(questions);
  }

  @Test
  void idThatWasGivenUpIsAskedForAgainAfterAWhile() throws Exception {
    registry.answer(known, 404);
    assertRejected(known, "");
    registry.comeBack();
    assertRejected(known, "");
    pass(Duration.ofSeconds(30));
    assertThat(schemas.get(known)).isEqualTo(Query.getClassSchema());
  }

  @Test
  void patienceComesBack() {
    assertRejected(10_000, "unknown");
    pass(Duration.ofMinutes(5));
    assertRejected(10_001, "unknown");
    assertThat(waited()).isEqualTo(WINDOW.multipliedBy(2));
  }

  @Test
  void evolvedSchemaMustBeOfTheTopicsOwnSubject() throws Exception {
    Schema evolved = withField(SchemaBuilder.builder().stringType());
    int elsewhere = register("anybody-value", evolved);
    assertRejected(elsewhere, "not registered under hydra.queries-value");
    pass(Duration.ofSeconds(30));
    assertThat(register(Topic.QUERIES.subject(), evolved)).isEqualTo(elsewhere);
    assertThat(schemas.get(elsewhere)).isEqualTo(evolved);
  }

  @Test
  void ourOwnSchemaIsReadWhereverItIsRegistered() throws Exception {
    MoodyRegistry other = new MoodyRegistry();
    int id = other.register("by-record-name", new AvroSchema(Query.getClassSchema()));
    WriterSchemas strange =
        new WriterSchemas(other, Topic.QUERIES, Duration.ZERO, () -> now, pauses::add);
    assertThat(strange.get(id)).isEqualTo(Query.getClassSchema());
  }

  @Test
  void registryThatDoesNotTellSubjectsIsTrustedByTheRecordsName() throws Exception {
    registry.keepSubjectsToItself();
    Schema evolved = withField(SchemaBuilder.builder().stringType());
    int id = register("anybody-value", evolved);
    assertThat(schemas.get(id)).isEqualTo(evolved);
  }

  @Test
  void arrayOfItemsWithoutBytesIsRefused() throws Exception {
    Schema nulls = Schema.createArray(Schema.create(Schema.Type.NULL));
    int id = register(Topic.QUERIES.subject(), withField(nulls));
    assertRejected(id, "take no bytes");
  }

  private static Schema withField(Schema added) {
    List<Schema.Field> fields = new ArrayList<>();
    Query.getClassSchema()
        .getFields()
        .forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(new Schema.Field("added", added));
    return Schema.createRecord("Query", "", Query.getClassSchema().getNamespace(), false, fields);
  }
}
