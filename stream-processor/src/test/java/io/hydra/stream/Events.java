package io.hydra.stream;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Erasure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.stream.event.RawRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Events for tests, and the records that carry them. */
public final class Events {
  /** A moment to count from: times near 1970 break the rules. */
  public static final long T = 1_600_000_000_000L;

  private final RegistrySerializer<BehaviorEvent> serializer =
      new RegistrySerializer<>(TestRegistry.open(), Topic.EVENTS);

  public static Interaction interaction(String input, String output) {
    return Interaction.newBuilder().setInput(input).setOutput(output).build();
  }

  public static Feedback feedback() {
    return Feedback.newBuilder().setQueryId("q1").setVerdict(Verdict.ACCEPTED).build();
  }

  public static Erasure erasure() {
    return Erasure.newBuilder().build();
  }

  public static BehaviorEvent event(
      String tenant, String user, String task, String id, long occurredAt, Object payload) {
    return BehaviorEvent.newBuilder()
        .setTenant(tenant)
        .setUserId(user)
        .setTask(task)
        .setEventId(id)
        .setOccurredAt(Instant.ofEpochMilli(occurredAt))
        .setPayload(payload)
        .build();
  }

  /** Keyed as it should be. */
  public RawRecord record(BehaviorEvent event) {
    return raw(utf8(event.getTenant() + ":" + event.getUserId()), bytes(event));
  }

  public byte[] bytes(BehaviorEvent event) {
    return serializer.serialize(Topic.EVENTS.topicName(), event);
  }

  public static RawRecord raw(byte[] key, byte[] value) {
    return new RawRecord(
        Topic.EVENTS.topicName(),
        3,
        42,
        1_700_000_000_000L,
        key,
        value,
        new String[] {"traceparent", "x", "x"},
        new byte[][] {utf8("00-1-2-01"), {0, -1}, null});
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
