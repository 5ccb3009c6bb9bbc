package io.hydra.infra.fault;

import io.hydra.ingest.BehaviorEvents;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.user.UserKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Seeded records for hydra.events: some users far busier than others, events out of order,
 * repeated, late, repeated with another content, tied in time, erasures, and records that nobody
 * can decode. Each text begins with its owner, so that it gives itself away under another's key.
 */
final class Load {
  static final int USERS = 2_000;
  static final List<String> TASKS = List.of("tag", "rate", "title");
  private static final int BUSY_USERS = 40;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration SPAN = Duration.ofDays(60);

  /**
   * One record of the topic.
   *
   * @param event null if it cannot be decoded
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Item(byte[] key, byte[] value, BehaviorEvent event) {}

  private final Random random;
  private final int size;
  private final Function<BehaviorEvent, byte[]> serializer;
  private final List<Item> items = new ArrayList<>();
  private final List<BehaviorEvent> interactions = new ArrayList<>();

  private Load(long seed, int size, Function<BehaviorEvent, byte[]> serializer) {
    this.random = new Random(seed);
    this.size = size;
    this.serializer = serializer;
  }

  static List<Item> generate(long seed, int size, Function<BehaviorEvent, byte[]> serializer) {
    Load load = new Load(seed, size, serializer);
    while (load.items.size() < size) {
      load.items.add(load.next());
    }
    return load.items;
  }

  /** User ids repeat across the two tenants. */
  static UserKey user(int number) {
    return new UserKey(number % 2 == 0 ? "shop" : "press", "u" + number / 2);
  }

  /** The beginning of every text of this user and task. */
  static String owner(UserKey user, String task) {
    return user.recordKey() + "|" + task + "|";
  }

  /** Newer than all of a load, and never erased by it. */
  static BehaviorEvent marker(String id, UserKey user) {
    Instant at = START.plus(SPAN).plus(Duration.ofDays(1));
    return interaction(id, user, TASKS.get(0), at, "marker");
  }

  private Item next() {
    int dice = random.nextInt(10_000);
    if (interactions.isEmpty()) {
      return item(fresh());
    } else if (dice < 5) {
      return undecodable();
    } else if (dice < 15) {
      return item(erasure());
    } else if (dice < 515) {
      return repeated();
    } else if (dice < 565) {
      return item(changed());
    }
    return item(fresh());
  }

  private Item item(BehaviorEvent event) {
    if (!event.getTask().isEmpty()) {
      interactions.add(event);
    }
    UserKey user = new UserKey(event.getTenant(), event.getUserId());
    return new Item(utf8(user.recordKey()), serializer.apply(event), event);
  }

  private BehaviorEvent fresh() {
    int number = random.nextInt(100) < 30 ? random.nextInt(BUSY_USERS) : random.nextInt(USERS);
    String task = TASKS.get(random.nextInt(TASKS.size()));
    return interaction("e" + items.size(), user(number), task, moment(), "first");
  }

  private static BehaviorEvent interaction(
      String id, UserKey user, String task, Instant at, String word) {
    String owner = owner(user, task);
    return BehaviorEvents.interaction(
        id, user, task, at, owner + "a note that is some words long, " + id, owner + word);
  }

  private Instant moment() {
    Instant now = now();
    int dice = random.nextInt(100);
    if (dice < 5) {
      return now.minusMillis(random.nextLong(SPAN.toMillis())); // late
    } else if (dice < 15) {
      return now.truncatedTo(ChronoUnit.DAYS); // tied
    } else if (dice < 40) {
      return now.plusMillis(random.nextLong(Duration.ofDays(3).toMillis())); // out of order
    }
    return now;
  }

  private Instant now() {
    return START.plusMillis(SPAN.toMillis() / size * items.size());
  }

  private BehaviorEvent erasure() {
    UserKey user = user(random.nextInt(random.nextBoolean() ? BUSY_USERS : USERS));
    Instant upTo = now().minusMillis(random.nextLong(Duration.ofDays(10).toMillis()));
    return BehaviorEvents.erasure("x" + items.size(), user, upTo);
  }

  private Item repeated() {
    Item earlier = items.get(random.nextInt(items.size()));
    return earlier.event() == null ? item(fresh()) : earlier;
  }

  /** The id of an earlier event, and another text or moment. */
  private BehaviorEvent changed() {
    BehaviorEvent earlier = interactions.get(random.nextInt(interactions.size()));
    UserKey user = new UserKey(earlier.getTenant(), earlier.getUserId());
    Instant at = random.nextBoolean() ? earlier.getOccurredAt() : moment();
    return interaction(
        earlier.getEventId(), user, earlier.getTask(), at, "word" + random.nextInt(100));
  }

  private Item undecodable() {
    BehaviorEvent event = fresh();
    byte[] good = serializer.apply(event);
    byte[] bad =
        switch (random.nextInt(3)) {
          case 0 -> utf8("plainly not Avro " + items.size());
          case 1 -> ByteBuffer.wrap(good.clone()).putInt(1, 987_654).array();
          default -> Arrays.copyOf(good, good.length / 2);
        };
    return new Item(utf8(event.getTenant() + ":" + event.getUserId()), bad, null);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
