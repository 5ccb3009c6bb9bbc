package io.hydra.serving.reply;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.ResponseStatus;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import java.util.List;
import java.util.Optional;

/** Responses with their bytes, on the wire and recorded alike. Thread-safe. */
public final class ResponseCodec {
  /** A response and its bytes on the wire, which for a recorded response are those first sent. */
  @SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
  public record Reply(Response response, byte[] bytes) {}

  private final RegistrySerializer<Response> serializer;
  private final ThreadLocal<RegistryDeserializer<Response>> deserializers;

  public ResponseCodec(SchemaRegistryClient registry) {
    this.serializer = new RegistrySerializer<>(registry, Topic.RESPONSES);
    this.deserializers =
        ThreadLocal.withInitial(() -> new RegistryDeserializer<>(registry, Topic.RESPONSES));
  }

  public Reply encode(Response response) {
    return new Reply(response, serializer.serialize(Topic.RESPONSES.topicName(), response));
  }

  /**
   * Decodes a response. The registry is asked for the schema of another version of this program.
   *
   * @return empty if the bytes can never be read: then there is nothing to send again
   * @throws RegistryUnavailableException if the registry is asked, and does not answer
   */
  public Optional<Reply> decode(byte[] bytes) {
    try {
      return Optional.of(new Reply(deserializers.get().deserialize(bytes), bytes));
    } catch (UndecodableRecordException e) {
      return Optional.empty();
    }
  }

  /** Makes of a reply one that any topic takes: the failure to send it, and what it did cost. */
  public Reply shorten(Reply reply, String reason) {
    return encode(
        without(reply.response())
            .setStatus(ResponseStatus.INTERNAL_ERROR)
            .setReason(reason)
            .build());
  }

  /** Makes of a reply one for readers whom it was not meant for: without any user text. */
  public Reply withhold(Reply reply, String reason) {
    Response was = reply.response();
    return encode(
        without(was)
            .setStatus(
                was.getStatus() == ResponseStatus.OK ? ResponseStatus.DEGRADED : was.getStatus())
            .setReason(was.getReason() == null ? reason : was.getReason() + "; " + reason)
            .build());
  }

  private static Response.Builder without(Response response) {
    return Response.newBuilder(response).setText(null).setCandidates(List.of()).setItems(List.of());
  }
}
