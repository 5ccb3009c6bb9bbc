package io.hydra.infra.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The histories by their definition: of all events of a user and task, each id once in its greatest
 * form, those after the last erasure, not older than the age limit before the newest, the most
 * recent by (time, id). It knows the whole set and no order of arrival.
 */
final class HistoryOracle {
  /** The owner of a history. */
  record Owner(UserKey user, String task) {}

  private static final Comparator<Form> GREATEST =
      Comparator.comparingLong(Form::occurredAt)
          .thenComparing(Form::bytes, Arrays::compareUnsigned);
  private static final Comparator<Form> NEWEST_FIRST =
      Comparator.comparingLong(Form::occurredAt)
          .thenComparing(Form::idBytes, Arrays::compareUnsigned)
          .reversed();

  @SuppressWarnings("ArrayRecordComponent") // Compared by the comparators above alone.
  private record Form(String id, long occurredAt, byte[] bytes) {
    byte[] idBytes() {
      return id.getBytes(StandardCharsets.UTF_8);
    }
  }

  private final int capacity;
  private final Duration maxAge;
  private final Map<UserKey, Long> erased = new HashMap<>();
  private final Map<Owner, Map<String, Form>> events = new HashMap<>();

  HistoryOracle(int capacity, Duration maxAge, Collection<BehaviorEvent> all) {
    this.capacity = capacity;
    this.maxAge = maxAge;
    all.forEach(this::add);
  }

  /** Fails unless each history is in Redis as it is here, byte for byte. */
  void verify(RedisContent content) {
    histories()
        .forEach(
            (owner, items) ->
                assertThat(hex(content.items(owner))).as("%s", owner).isEqualTo(hex(items)));
  }

  private static Map<String, String> hex(Map<String, byte[]> items) {
    Map<String, String> hex = new TreeMap<>();
    items.forEach((id, bytes) -> hex.put(id, HexFormat.of().formatHex(bytes)));
    return hex;
  }

  private void add(BehaviorEvent event) {
    UserKey user = new UserKey(event.getTenant(), event.getUserId());
    long at = event.getOccurredAt().toEpochMilli();
    if (event.getPayload() instanceof Interaction interaction) {
      HistoryItem item =
          new HistoryItem(event.getEventId(), at, interaction.getInput(), interaction.getOutput());
      Form form = new Form(event.getEventId(), at, HistoryItemCodec.encode(item));
      var unused =
          events
              .computeIfAbsent(new Owner(user, event.getTask()), o -> new HashMap<>())
              .merge(form.id(), form, (a, b) -> GREATEST.compare(a, b) >= 0 ? a : b);
    } else {
      long unused = erased.merge(user, at, Math::max);
    }
  }

  /** Occurred_at of the last erasure in ms, by user. */
  Map<UserKey, Long> erased() {
    return erased;
  }

  /** Bytes by event id, of every history that is not empty. */
  Map<Owner, Map<String, byte[]>> histories() {
    Map<Owner, Map<String, byte[]>> histories = new HashMap<>();
    events.forEach(
        (owner, forms) -> {
          Map<String, byte[]> kept = kept(owner, forms.values());
          if (!kept.isEmpty()) {
            histories.put(owner, kept);
          }
        });
    return histories;
  }

  private Map<String, byte[]> kept(Owner owner, Collection<Form> forms) {
    long upTo = erased.getOrDefault(owner.user(), 0L);
    List<Form> left =
        forms.stream().filter(form -> form.occurredAt() > upTo).sorted(NEWEST_FIRST).toList();
    Map<String, byte[]> kept = new LinkedHashMap<>();
    left.stream()
        .limit(capacity)
        .filter(form -> form.occurredAt() >= left.get(0).occurredAt() - maxAge.toMillis())
        .forEach(form -> kept.put(form.id(), form.bytes()));
    return kept;
  }
}
