package io.hydra.schemas.registry;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.entities.SubjectVersion;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A registry in memory that answers as it is told to, about one id or about everything. */
class MoodyRegistry extends MockSchemaRegistryClient {
  private final Map<Integer, Integer> statusOf = new HashMap<>();
  private int statusOfAll;
  private boolean away;
  private boolean tellsSubjects = true;
  private int questions;

  /** From now on {@code status} is the answer about {@code id}. */
  void answer(int id, int status) {
    statusOf.put(id, status);
  }

  void answerAll(int status) {
    statusOfAll = status;
  }

  void goAway() {
    away = true;
  }

  void comeBack() {
    away = false;
    statusOfAll = 0;
    statusOf.clear();
  }

  void keepSubjectsToItself() {
    tellsSubjects = false;
  }

  /** The number of times it was asked for a schema by id. */
  int questions() {
    return questions;
  }

  private void pass(int status) throws IOException, RestClientException {
    if (away) {
      throw new IOException("connection refused");
    }
    if (status != 0) {
      throw new RestClientException("no", status, status);
    }
  }

  @Override
  public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
    questions++;
    pass(statusOfAll != 0 ? statusOfAll : statusOf.getOrDefault(id, 0));
    return super.getSchemaById(id);
  }

  @Override
  public Collection<SubjectVersion> getAllVersionsById(int id) {
    if (!tellsSubjects) {
      throw new UnsupportedOperationException();
    }
    return super.getAllVersionsById(id);
  }

  @Override
  public List<Integer> getAllVersions(String subject) throws IOException, RestClientException {
    pass(statusOfAll);
    return super.getAllVersions(subject);
  }

  @Override
  public Collection<String> getAllSubjects() throws IOException, RestClientException {
    pass(statusOfAll);
    return super.getAllSubjects();
  }
}
