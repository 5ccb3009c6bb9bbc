package io.hydra.infra.trials.corpus;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.hydra.schemas.topic.Topic;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** A registry in memory with every topic's schema, which answers 404 for ids that it lacks. */
public final class LocalRegistry extends MockSchemaRegistryClient {
  private static final int NO_SCHEMA = 40403;
  private static final int NOT_FOUND = 404;

  private final Set<Integer> known = new HashSet<>();
  private final int recursive;

  public LocalRegistry() {
    for (Topic topic : Topic.values()) {
      topic.schema().ifPresent(schema -> known.add(add(topic, new AvroSchema(schema))));
    }
    recursive = add(Topic.EVENTS, new AvroSchema(SchemaCases.recursive()));
    known.add(recursive);
  }

  private int add(Topic topic, AvroSchema schema) {
    try {
      return register(topic.subject(), schema);
    } catch (IOException | RestClientException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of ours. */
  public int id(Topic topic) {
    try {
      return getId(topic.subject(), new AvroSchema(topic.schema().orElseThrow()));
    } catch (IOException | RestClientException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of the schema that holds itself. */
  public int recursiveId() {
    return recursive;
  }

  @Override
  public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
    if (!known.contains(id)) {
      throw new RestClientException("no such schema", NOT_FOUND, NO_SCHEMA);
    }
    return super.getSchemaById(id);
  }
}
