package io.hydra.stream.trigger;

import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.event.RegistryFactory;
import io.hydra.stream.history.ErasedUser;
import java.time.Instant;

/** Erasures as the rest of the system, and whoever audits it, reads them. */
public final class ErasureSchema extends UserRecordSchema<ErasedUser, UserErased> {
  private static final long serialVersionUID = 1L;

  public ErasureSchema(RegistryFactory registry) {
    super(Topic.ERASURES, registry);
  }

  @Override
  String userKey(ErasedUser erased) {
    return erased.userKey();
  }

  @Override
  UserErased record(UserKey user, ErasedUser erased) {
    return UserErased.newBuilder()
        .setTenant(user.tenant())
        .setUserId(user.userId())
        .setEventId(erased.eventId())
        .setErasedUpTo(Instant.ofEpochMilli(erased.upTo()))
        .setItemsRemoved(erased.removed())
        .setItemsKept(erased.kept())
        .setPerformedAt(Instant.ofEpochMilli(erased.performedAt()))
        .build();
  }
}
