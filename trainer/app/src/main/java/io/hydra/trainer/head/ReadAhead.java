package io.hydra.trainer.head;

import io.hydra.model.PersonalModel;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.store.Histories;
import io.hydra.schemas.store.Histories.Known;
import io.hydra.schemas.store.HistoryId;
import io.hydra.schemas.store.Views;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Histories of the requests that a poll brought, read in few round trips before the first of them
 * is handled: each round trip is a wait, and on a busy machine a longer one than the fit.
 *
 * <p>A thread holds a history until its request was handled, and none beyond its next poll that
 * brings records, so a history is never older than any request that it is used for. Nor is it used
 * behind an erasure: the user's are dropped when that is handled, which is on the same thread. All
 * are dropped when a partition goes: an erasure may be handled elsewhere then. What could not be
 * read ahead is read when it is needed.
 */
public final class ReadAhead {
  /** The interceptor's configuration: the one of these that it fills. */
  public static final String CONFIG = "hydra.read.ahead";

  private final Histories histories;
  private final Bases bases;
  private final List<String> versions;
  private final long maxBytes;
  private final ThreadLocal<RegistryDeserializer<HeadUpdateRequest>> requests;
  private final ThreadLocal<Map<HistoryId, Known>> held = ThreadLocal.withInitial(HashMap::new);

  /**
   * @param redis stays open
   * @param maxBytes of the histories and vectors that a thread holds, as Redis has them
   * @param requests makes a thread's own
   */
  public ReadAhead(
      UnifiedJedis redis,
      Bases bases,
      long maxBytes,
      Supplier<RegistryDeserializer<HeadUpdateRequest>> requests) {
    this.histories = new Histories(redis);
    this.bases = bases;
    this.versions = bases.keepingVectors().stream().map(PersonalModel::baseVersion).toList();
    this.maxBytes = maxBytes;
    this.requests = ThreadLocal.withInitial(requests);
  }

  /**
   * A history with the vectors of each base that keeps some: as it was read ahead, the first time
   * that it is asked for; else as it is now.
   */
  Known read(UserKey user, String task) {
    Known known = held.get().remove(new HistoryId(user, task));
    return known == null ? histories.readWithVectors(user, task, versions) : known;
  }

  /** Drops what the user had before an erasure. */
  void forget(UserKey user) {
    held.get().keySet().removeIf(id -> id.user().equals(user));
  }

  /** Drops what was read for a request that did not need it. */
  void forget(UserKey user, String task) {
    held.get().remove(new HistoryId(user, task));
  }

  void forgetAll() {
    held.get().clear();
  }

  private void fill(Iterable<ConsumerRecord<byte[], byte[]>> polled) {
    forgetAll();
    Set<HistoryId> distinct = new LinkedHashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      try {
        HeadUpdateRequest request = requests.get().deserialize(record.value());
        UserKey user = Records.user(record.key(), request.getTenant(), request.getUserId());
        if (bases.task(request.getTask()).isPresent()) {
          distinct.add(new HistoryId(user, request.getTask()));
        }
      } catch (RejectedRecordException e) {
        // It is looked into when its turn comes.
      }
    }
    held.get().putAll(histories.readWithVectors(List.copyOf(distinct), versions, maxBytes));
  }

  /** Of a stream thread's consumer: polls on that thread. */
  public static final class Interceptor implements ConsumerInterceptor<byte[], byte[]> {
    private ReadAhead ahead;

    @Override
    public void configure(Map<String, ?> configs) {
      ahead = (ReadAhead) configs.get(CONFIG);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      try {
        ahead.fill(records.records(Topic.HEAD_REQUESTS.topicName()));
      } catch (JedisException | Views.CorruptPointerException | RegistryUnavailableException e) {
        // Redis or the registry is away: whoever needs a history waits for it, and says so.
      }
      return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
  }
}
