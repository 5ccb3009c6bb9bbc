package io.hydra.stream.event;

import static io.hydra.stream.Events.T;
import static io.hydra.stream.Events.erasure;
import static io.hydra.stream.Events.event;
import static io.hydra.stream.Events.interaction;
import static io.hydra.stream.Events.raw;
import static io.hydra.stream.Events.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.Events;
import io.hydra.stream.TestRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class EventIntakeTest {
  private static final String SECRET = "what the user wrote";
  private final Events events = new Events();
  private final EventIntake intake =
      new EventIntake(new RegistryDeserializer<>(TestRegistry.open(), Topic.EVENTS, Duration.ZERO));

  private static BehaviorEvent tagged(long occurredAt) {
    return event("acme", "ann", "tags", "e1", occurredAt, interaction("in", "out"));
  }

  @Test
  void interactionBecomesAHistoryWrite() throws Exception {
    Write write = intake.accept(events.record(tagged(T))).write();
    assertThat(write.user()).isEqualTo(new UserKey("acme", "ann"));
    assertThat(write.task()).isEqualTo("tags");
    assertThat(write.occurredAt()).isEqualTo(T);
    assertThat(HistoryItemCodec.decode(write.eventId(), write.item()))
        .isEqualTo(new HistoryItem("e1", T, "in", "out"));
  }

  @Test
  void eventThatBreaksARuleIsRejectedWithTheRule() {
    assertThatThrownBy(
            () ->
                intake.accept(
                    events.record(
                        event("acme", "ann", "no task", "e", T, interaction(SECRET, SECRET)))))
        .isExactlyInstanceOf(RejectedRecordException.class)
        .hasMessageContaining("task must be")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void keyThatIsNotTheUsersIsRejected() {
    byte[] value = events.bytes(tagged(T));
    for (byte[] key : new byte[][] {utf8("acme:bob"), utf8(""), null}) {
      assertThatThrownBy(() -> intake.accept(raw(key, value)))
          .isExactlyInstanceOf(RejectedRecordException.class)
          .hasMessageContaining("record key");
    }
  }

  @Test
  void erasureBecomesOne() throws Exception {
    UserEvent event = intake.accept(events.record(event("acme", "ann", "", "e", T, erasure())));
    assertThat(event.isErasure()).isTrue();
    assertThat(event.erasure()).isEqualTo(new Erasure(new UserKey("acme", "ann"), "e", T));
  }

  @Test
  void feedbackBecomesAVerdictAndChangesNoHistory() throws Exception {
    Feedback rated =
        Feedback.newBuilder().setQueryId("q1").setVerdict(Verdict.RATED).setRating(0.75).build();
    RawRecord record = events.record(event("acme", "ann", "tags", "e", T, rated));
    UserEvent accepted = intake.accept(record);
    assertThat(accepted.changesHistory()).isFalse();
    assertThat(accepted.verdict())
        .isEqualTo(
            new UserVerdict(
                "acme:ann",
                "tags",
                "e",
                T,
                "q1",
                Verdict.RATED,
                null,
                null,
                0.75,
                record.timestamp()));
  }

  @Test
  void interactionThatAnswersAQueryIsAnEditAsWell() throws Exception {
    Interaction answering = interaction("in", "out");
    answering.setQueryId("q1");
    UserEvent event =
        intake.accept(events.record(event("acme", "ann", "tags", "e1", T, answering)));
    assertThat(event.write().eventId()).isEqualTo("e1");
    assertThat(event.verdict().eventId()).isEqualTo("e1");
    assertThat(event.verdict().verdict()).isEqualTo(Verdict.EDITED);
    assertThat(event.verdict().queryId()).isEqualTo("q1");
    assertThat(event.verdict().text()).isEqualTo("out");
    assertThat(intake.accept(events.record(tagged(T))).verdict()).isNull();
  }

  @Test
  void eventFromBeyondADayAfterItsRecordIsRejected() throws Exception {
    long day = 24 * 60 * 60 * 1000;
    long written = raw(null, null).timestamp();
    UserEvent unused = intake.accept(events.record(tagged(written + day)));
    assertThatThrownBy(() -> intake.accept(events.record(tagged(written + day + 1))))
        .isExactlyInstanceOf(RejectedRecordException.class)
        .hasMessageContaining("occurred_at")
        .hasMessageContaining("clock");
  }

  @Test
  void recordWithoutATimestampIsRejected() {
    RawRecord timed = events.record(tagged(T));
    RawRecord raw =
        new RawRecord(
            timed.topic(),
            timed.partition(),
            timed.offset(),
            -1,
            timed.key(),
            timed.value(),
            timed.headerNames(),
            timed.headerValues());
    assertThatThrownBy(() -> intake.accept(raw))
        .isInstanceOf(RejectedRecordException.class)
        .hasMessageContaining("timestamp");
  }

  @Test
  void onlyAnErasureErases() throws Exception {
    BehaviorEvent event = tagged(T);
    for (Object unknown : Arrays.asList("a kind to come", null, 7L)) {
      event.setPayload(unknown);
      assertThatThrownBy(
              () -> EventIntake.command(new UserKey("acme", "ann"), event, raw(null, null)))
          .isInstanceOf(RejectedRecordException.class)
          .hasMessageContaining("nothing was done");
    }
  }

  /** A writer's schema may hold a recursive field that ours lacks; Avro skips it recursively. */
  @Test
  void valueNestedBeyondTheStackIsRejected() throws Exception {
    Schema schema = new Schema.Parser().parse(Topic.EVENTS.schema().orElseThrow().toString());
    Schema node = Schema.createRecord("Node", null, "io.hydra.test", false);
    Schema next = Schema.createUnion(Schema.create(Schema.Type.NULL), node);
    node.setFields(List.of(new Schema.Field("next", next)));
    List<Schema.Field> fields = new ArrayList<>();
    schema.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(new Schema.Field("chain", next, null, Schema.Field.NULL_DEFAULT_VALUE));
    Schema evolved =
        Schema.createRecord(schema.getName(), null, schema.getNamespace(), false, fields);
    SchemaRegistryClient registry = TestRegistry.open();
    int id = registry.register(Topic.EVENTS.subject(), new AvroSchema(evolved));
    byte[] good = events.bytes(tagged(T));
    byte[] deep = Arrays.copyOf(good, good.length + 200_001);
    ByteBuffer.wrap(deep, 1, Integer.BYTES).putInt(id);
    Arrays.fill(deep, good.length, deep.length - 1, (byte) 2);
    var evolvedIntake = new EventIntake(new RegistryDeserializer<>(registry, Topic.EVENTS));
    assertThatThrownBy(() -> evolvedIntake.accept(raw(utf8("acme:ann"), deep)))
        .isInstanceOf(RejectedRecordException.class);
  }

  @Test
  void schemaIdThatTheRegistryRefusesIsRejectedWhileItAnswersForOthers() {
    SchemaRegistryClient registry =
        new MockSchemaRegistryClient() {
          @Override
          public ParsedSchema getSchemaById(int id) throws RestClientException {
            throw new RestClientException("forbidden", 403, 40301);
          }
        };
    var refused =
        new EventIntake(new RegistryDeserializer<>(registry, Topic.EVENTS, Duration.ZERO));
    assertThatThrownBy(() -> refused.accept(events.record(tagged(T))))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageContaining("403");
  }

  @Test
  void tombstoneIsRejected() {
    assertThatThrownBy(() -> intake.accept(raw(utf8("acme:ann"), null)))
        .isInstanceOf(UndecodableRecordException.class);
  }

  @Test
  void damagedBytesAreRejectedWhateverTheyAre() throws Exception {
    byte[] good = events.bytes(tagged(T));
    Random random = new Random(7);
    int rejected = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 4));
      for (int flips = 1 + random.nextInt(3); flips > 0 && bad.length > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        UserEvent unused = intake.accept(raw(utf8("acme:ann"), bad));
      } catch (RejectedRecordException e) {
        rejected++;
      }
    }
    assertThat(rejected).isGreaterThan(15_000);
  }

  @Test
  void lengthBeyondTheValueIsRejectedWithoutAllocatingIt() {
    byte[] good = events.bytes(tagged(T));
    byte[] huge = {-2, -1, -1, -1, 15}; // 2^31 - 1 as Avro writes it: the event id's length.
    byte[] bad = Arrays.copyOf(good, 5 + huge.length + 10);
    System.arraycopy(huge, 0, bad, 5, huge.length);
    assertThatThrownBy(() -> intake.accept(raw(utf8("acme:ann"), bad)))
        .isInstanceOf(UndecodableRecordException.class);
  }
}
