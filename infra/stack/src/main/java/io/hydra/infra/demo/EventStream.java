package io.hydra.infra.demo;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.HydraConnection;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.user.UserKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Turns users' items into behaviour events, as an app would. */
final class EventStream implements AutoCloseable {
  private final BehaviorEventPublisher publisher;
  private final String tenant;
  private final String task;

  EventStream(HydraConnection connection, String tenant, String task) {
    this.publisher = BehaviorEventPublisher.connect(connection);
    this.tenant = tenant;
    this.task = task;
  }

  UserKey key(LampUser user) {
    return new UserKey(tenant, user.id());
  }

  /** All but each user's newest item, as fast as the broker takes them. */
  int publishPast(List<LampUser> users) {
    List<CompletableFuture<RecordMetadata>> sent = new ArrayList<>();
    for (LampUser user : users) {
      for (HistoryItem item : user.profile().subList(0, Math.max(0, user.profile().size() - 1))) {
        sent.add(publish(user, item));
      }
    }
    try {
      sent.forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw new UserException("an event was refused: " + e.getCause().getMessage(), e);
    }
    return sent.size();
  }

  CompletableFuture<RecordMetadata> publish(LampUser user, HistoryItem item) {
    return publisher.publish(
        BehaviorEvents.interaction(
            item.eventId(),
            key(user),
            task,
            Instant.ofEpochMilli(item.occurredAt()),
            item.input(),
            item.output()));
  }

  @Override
  public void close() {
    publisher.close();
  }
}
