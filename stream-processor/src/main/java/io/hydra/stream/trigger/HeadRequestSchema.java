package io.hydra.stream.trigger;

import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.event.RegistryFactory;
import java.time.Instant;

/** Head requests as the trainer reads them. */
public final class HeadRequestSchema extends UserRecordSchema<HeadRequest, HeadUpdateRequest> {
  private static final long serialVersionUID = 1L;

  public HeadRequestSchema(RegistryFactory registry) {
    super(Topic.HEAD_REQUESTS, registry);
  }

  @Override
  String userKey(HeadRequest request) {
    return request.userKey();
  }

  @Override
  HeadUpdateRequest record(UserKey user, HeadRequest request) {
    return HeadUpdateRequest.newBuilder()
        .setTenant(user.tenant())
        .setUserId(user.userId())
        .setTask(request.task())
        .setHistoryVersion(request.historyVersion())
        .setReason(request.reason())
        .setRequestedAt(Instant.ofEpochMilli(request.requestedAt()))
        .build();
  }
}
