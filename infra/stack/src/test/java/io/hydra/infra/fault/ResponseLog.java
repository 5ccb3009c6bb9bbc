package io.hydra.infra.fault;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The responses that a topic holds. */
final class ResponseLog {
  private ResponseLog() {}

  /** All of them, each partition in its order. */
  static List<Response> read(Topics topics, SchemaRegistryClient registry) {
    RegistryDeserializer<Response> deserializer =
        new RegistryDeserializer<>(registry, Topic.RESPONSES);
    List<Response> responses = new ArrayList<>();
    for (var record : topics.all(Topic.RESPONSES)) {
      try {
        responses.add(deserializer.deserialize(record.value()));
      } catch (UndecodableRecordException e) {
        throw new AssertionError("a response that cannot be read", e);
      }
    }
    return responses;
  }

  /**
   * A response without what the contract lets a second delivery tell otherwise: what cost no call
   * is not recorded but decided again, with that moment's times. Answers must be the same bytes.
   */
  static Response comparable(Response response) {
    return response.getLlmCalls() > 0 || response.getStatus() != ResponseStatus.DEADLINE_EXCEEDED
        ? response
        : Response.newBuilder(response)
            .setReason(null)
            .setAnsweredAt(Instant.EPOCH)
            .setTimings(List.of())
            .build();
  }
}
