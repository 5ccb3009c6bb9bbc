package io.hydra.infra.trials.corpus;

import static io.hydra.infra.trials.corpus.Outcome.ENTERED;
import static io.hydra.infra.trials.corpus.Outcome.UNDECODABLE;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** A schema that a registry accepts beside ours, and values that were written with it. */
public final class SchemaCases {
  private static final int DEEP = 200_000;

  private SchemaCases() {}

  /** Ours with one more field, which holds itself: compatible in both directions. */
  public static Schema recursive() {
    Schema ours = BehaviorEvent.getClassSchema();
    List<Schema.Field> fields = new ArrayList<>();
    ours.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    Schema node = Schema.createRecord("Node", null, "io.hydra.infra.trials", false);
    Schema maybe = Schema.createUnion(Schema.create(Schema.Type.NULL), node);
    node.setFields(List.of(new Schema.Field("next", maybe, null, Schema.Field.NULL_DEFAULT_VALUE)));
    fields.add(new Schema.Field("chain", maybe, null, Schema.Field.NULL_DEFAULT_VALUE));
    return Schema.createRecord(ours.getName(), ours.getDoc(), ours.getNamespace(), false, fields);
  }

  /**
   * Events in the schema {@link #recursive}.
   *
   * @param id of it in the registry
   */
  public static List<RecordCase> events(int id, Instant now, String task) {
    return List.of(
        event(id, now, task, "chain-of-none", 0, ENTERED),
        event(id, now, task, "chain-of-three", 3, ENTERED),
        event(id, now, task, "chain-without-end", DEEP, UNDECODABLE));
  }

  /**
   * Good events under an id that the registry does not give out.
   *
   * @param name of the first of them
   */
  public static RecordCase withheld(Wire wire, int id, String name, Instant now, String task) {
    Interaction payload = new Interaction("a note", "travel", null);
    BehaviorEvent event = new BehaviorEvent(name, EventCases.TENANT, name, task, now, payload);
    byte[] value = Wire.renamed(wire.value(Topic.EVENTS, event), id);
    return new RecordCase(name, Topic.EVENTS, key(name), value, List.of(), UNDECODABLE);
  }

  private static RecordCase event(
      int id, Instant now, String task, String name, int depth, Outcome outcome) {
    Schema schema = recursive();
    GenericRecord record = new GenericData.Record(schema);
    record.put("event_id", name);
    record.put("tenant", EventCases.TENANT);
    record.put("user_id", name);
    record.put("task", task);
    record.put("occurred_at", now.toEpochMilli());
    Schema interaction = schema.getField("payload").schema().getTypes().get(0);
    GenericRecord payload = new GenericData.Record(interaction);
    payload.put("input", "a note");
    payload.put("output", "travel");
    record.put("payload", payload);
    record.put("chain", null);
    byte[] flat = Wire.generic(id, schema, record);
    // The last byte says that there is no chain. A deep one would overflow Avro's own writer.
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Arrays.copyOf(flat, flat.length - 1));
    byte[] chain = new byte[depth];
    Arrays.fill(chain, (byte) 2);
    out.writeBytes(chain);
    out.write(0);
    return new RecordCase(name, Topic.EVENTS, key(name), out.toByteArray(), List.of(), outcome);
  }

  private static byte[] key(String user) {
    return Cases.key(EventCases.TENANT, user);
  }
}
