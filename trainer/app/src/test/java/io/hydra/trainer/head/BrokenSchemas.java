package io.hydra.trainer.head;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;

/** A registry with schemas that its client fails on with more than its own exceptions. */
final class BrokenSchemas extends MockSchemaRegistryClient {
  static final int ASSERTION = 98;
  static final int DEFECT = 99;

  /** A value in the wire format that names a schema. */
  static byte[] value(int schemaId) {
    return new byte[] {0, 0, 0, 0, (byte) schemaId, 1};
  }

  @Override
  public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
    return switch (id) {
      case ASSERTION -> throw new AssertionError("a text");
      case DEFECT -> throw new IllegalStateException("a text");
      default -> super.getSchemaById(id);
    };
  }
}
