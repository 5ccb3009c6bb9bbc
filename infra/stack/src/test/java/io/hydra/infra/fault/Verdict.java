package io.hydra.infra.fault;

import io.hydra.infra.fault.HistoryOracle.Owner;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Erasure;
import io.hydra.schemas.avro.HeadUpdateRequest;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Holds what the topics and Redis hold against each other. Each question names what is wrong. */
final class Verdict {
  private final HistoryOracle oracle;
  private final Map<Owner, Map<String, byte[]>> expected;
  private final List<BehaviorEvent> events;

  /**
   * @param events every one that is on the topic
   */
  Verdict(int capacity, Duration maxAge, List<BehaviorEvent> events) {
    this.events = events;
    this.oracle = new HistoryOracle(capacity, maxAge, events);
    this.expected = oracle.histories();
  }

  int histories() {
    return expected.size();
  }

  /** Histories that are not what the oracle says, byte for byte, or of which it knows nothing. */
  List<String> wrongHistories(RedisContent redis) {
    Set<Owner> owners = new HashSet<>(expected.keySet());
    owners.addAll(redis.histories().keySet());
    List<String> wrong = new ArrayList<>();
    for (Owner owner : owners) {
      Map<String, byte[]> due = expected.getOrDefault(owner, Map.of());
      Map<String, byte[]> held = redis.items(owner);
      Set<String> missing = new HashSet<>(due.keySet());
      missing.removeAll(held.keySet());
      Set<String> tooMany = new HashSet<>(held.keySet());
      tooMany.removeAll(due.keySet());
      List<String> differing =
          due.keySet().stream()
              .filter(id -> held.containsKey(id) && !Arrays.equals(due.get(id), held.get(id)))
              .toList();
      if (!missing.isEmpty() || !tooMany.isEmpty() || !differing.isEmpty()) {
        wrong.add(
            "%s: missing %s, too many %s, other bytes %s"
                .formatted(owner, missing, tooMany, differing));
      }
    }
    return wrong;
  }

  /** Histories whose last request names another version. */
  List<String> wrongRequests(RedisContent redis, List<HeadUpdateRequest> requests) {
    Map<Owner, Long> last = new HashMap<>();
    requests.forEach(
        r ->
            last.put(
                new Owner(new UserKey(r.getTenant(), r.getUserId()), r.getTask()),
                r.getHistoryVersion()));
    List<String> wrong = new ArrayList<>();
    redis
        .histories()
        .keySet()
        .forEach(
            owner -> {
              long version = redis.version(owner);
              long requested = last.getOrDefault(owner, 0L);
              if (version != requested) {
                wrong.add("%s: version %d, requested last %d".formatted(owner, version, requested));
              }
            });
    Set<Owner> strangers = new HashSet<>(last.keySet());
    strangers.removeAll(everWritten());
    strangers.forEach(stranger -> wrong.add(stranger + ": requested, and no event is theirs"));
    return wrong;
  }

  private Set<Owner> everWritten() {
    Set<Owner> owners = new HashSet<>();
    events.forEach(
        e -> owners.add(new Owner(new UserKey(e.getTenant(), e.getUserId()), e.getTask())));
    return owners;
  }

  /** Items under a key of somebody else, and keys that belong to nobody. */
  List<String> foreign(RedisContent redis) {
    Set<Owner> known = everWritten();
    Set<UserKey> users = new HashSet<>();
    events.forEach(e -> users.add(new UserKey(e.getTenant(), e.getUserId())));
    List<String> foreign = new ArrayList<>(redis.others());
    redis.users().keySet().stream()
        .filter(user -> !users.contains(user))
        .forEach(user -> foreign.add(user + ": no event is theirs"));
    for (Owner owner : redis.histories().keySet()) {
      if (!known.contains(owner)) {
        foreign.add(owner + ": no event is theirs");
      }
      String begin = Load.owner(owner.user(), owner.task());
      redis
          .items(owner)
          .forEach(
              (id, bytes) -> {
                if (!isOf(begin, id, bytes)) {
                  foreign.add(owner + ": holds the text of somebody else as " + id);
                }
              });
    }
    return foreign;
  }

  private static boolean isOf(String begin, String id, byte[] bytes) {
    try {
      HistoryItem item = HistoryItemCodec.decode(id, bytes);
      return item.input().startsWith(begin) && item.output().startsWith(begin);
    } catch (CorruptValueException e) {
      return false;
    }
  }

  /**
   * Undecodable records without a letter of the same key and bytes, and letters about others.
   *
   * @param undecodable by where they are on the topic
   */
  List<String> wrongLetters(
      Map<String, ConsumerRecord<byte[], byte[]>> undecodable,
      List<ConsumerRecord<byte[], byte[]>> letters) {
    List<String> wrong = new ArrayList<>();
    Set<String> missing = new HashSet<>(undecodable.keySet());
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      String origin =
          HydraHeaders.text(letter.headers(), DeadLetters.ORIGIN_PARTITION).orElse("?")
              + "@"
              + HydraHeaders.text(letter.headers(), DeadLetters.ORIGIN_OFFSET).orElse("?");
      ConsumerRecord<byte[], byte[]> record = undecodable.get(origin);
      if (record == null) {
        wrong.add(origin + ": a letter about a sound record");
      } else if (!Arrays.equals(record.value(), letter.value())
          || !Arrays.equals(record.key(), letter.key())) {
        wrong.add(origin + ": the letter's bytes are others");
      } else {
        missing.remove(origin);
      }
    }
    missing.forEach(origin -> wrong.add(origin + ": no letter"));
    return wrong;
  }

  /** Erasures without their record, users without their watermark, items that should be gone. */
  List<String> wrongErasures(RedisContent redis, List<UserErased> records) {
    Set<List<Object>> said = new HashSet<>();
    records.forEach(
        r -> said.add(List.of(r.getTenant(), r.getUserId(), r.getEventId(), r.getErasedUpTo())));
    Set<List<Object>> due = new HashSet<>();
    events.stream()
        .filter(e -> e.getPayload() instanceof Erasure)
        .forEach(
            e -> due.add(List.of(e.getTenant(), e.getUserId(), e.getEventId(), e.getOccurredAt())));
    List<String> wrong = new ArrayList<>();
    due.stream().filter(e -> !said.contains(e)).forEach(e -> wrong.add(e + ": no record of it"));
    said.stream()
        .filter(e -> !due.contains(e))
        .forEach(e -> wrong.add(e + ": nobody asked for it"));
    oracle
        .erased()
        .forEach(
            (user, upTo) -> {
              if (redis.erasedUpTo(user) != upTo) {
                wrong.add(user + ": the watermark is " + redis.erasedUpTo(user) + ", not " + upTo);
              }
            });
    redis
        .histories()
        .keySet()
        .forEach(
            owner ->
                redis
                    .items(owner)
                    .forEach(
                        (id, item) -> {
                          if (HistoryItemCodec.decode(id, item).occurredAt()
                              <= oracle.erased().getOrDefault(owner.user(), 0L)) {
                            wrong.add(owner + ": " + id + " is still there");
                          }
                        }));
    return wrong;
  }
}
