package io.hydra.infra.bench.history;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * Events whose bytes are made beforehand: sending one costs a copy, an id and a time. An event id
 * is the event's number in sixteen hexadecimal digits.
 */
final class EventTemplates {
  static final String TENANT = "bench";
  static final String TASK = "bench";
  private static final int ID_BYTES = 16;

  /** From 2004 to 2039 a time takes six bytes in Avro, so that one takes another's place. */
  private static final int TIME_BYTES = 6;

  private static final Instant SOME_TIME = Instant.ofEpochMilli(1_760_000_000_000L);

  /** Magic byte, schema id, length of the event id. */
  private static final int ID_AT = 1 + Integer.BYTES + 1;

  private static final int WORDS = 2000;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final UserKey[] users;
  private final byte[][] keys;
  private final byte[][] values;
  private final int[] timeAt;

  /**
   * @param names user ids
   * @param textBytes of input and output together
   */
  EventTemplates(SchemaRegistryClient registry, String[] names, int textBytes, long seed) {
    RegistrySerializer<BehaviorEvent> serializer = new RegistrySerializer<>(registry, Topic.EVENTS);
    SplittableRandom random = new SplittableRandom(seed);
    String[] words = words(random);
    users = new UserKey[names.length];
    keys = new byte[names.length][];
    values = new byte[names.length][];
    timeAt = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      users[i] = new UserKey(TENANT, names[i]);
      keys[i] = users[i].recordKey().getBytes(StandardCharsets.UTF_8);
      String text = text(words, textBytes - 1, random);
      BehaviorEvent event =
          BehaviorEvents.interaction("0".repeat(ID_BYTES), users[i], TASK, SOME_TIME, text, "y");
      values[i] = serializer.serialize(Topic.EVENTS.topicName(), event);
      timeAt[i] =
          ID_AT + ID_BYTES + stringBytes(TENANT) + stringBytes(names[i]) + stringBytes(TASK);
    }
  }

  /** Of an Avro string: its length, then its bytes. */
  private static int stringBytes(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return (bytes < 64 ? 1 : 2) + bytes;
  }

  private static String[] words(SplittableRandom random) {
    String[] words = new String[WORDS];
    for (int i = 0; i < WORDS; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = 2 + random.nextInt(8); length > 0; length--) {
        word.append((char) ('a' + random.nextInt(26)));
      }
      words[i] = word.toString();
    }
    return words;
  }

  private static String text(String[] words, int bytes, SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    while (text.length() < bytes) {
      text.append(words[random.nextInt(words.length)]).append(' ');
    }
    text.setLength(bytes);
    text.setCharAt(0, 'x'); // A text of spaces alone is none.
    return text.toString();
  }

  int count() {
    return users.length;
  }

  UserKey user(int index) {
    return users[index];
  }

  /** Shared: not to be changed. */
  byte[] key(int index) {
    return keys[index];
  }

  /**
   * The record's value, in Confluent's wire format.
   *
   * @param number not below 0
   * @param occurredAt milliseconds since the epoch, from 2004 to 2039
   */
  byte[] value(int index, long number, long occurredAt) {
    byte[] value = values[index].clone();
    putId(value, ID_AT, number);
    long rest = occurredAt << 1;
    int at = timeAt[index];
    for (int i = 0; i < TIME_BYTES - 1; i++) {
      value[at++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    value[at] = (byte) rest;
    return value;
  }

  /** The field of the history that holds an event. */
  static byte[] field(long number) {
    byte[] id = new byte[ID_BYTES];
    putId(id, 0, number);
    return History.field(new String(id, StandardCharsets.US_ASCII));
  }

  private static void putId(byte[] into, int at, long number) {
    for (int i = 0; i < ID_BYTES; i++) {
      into[at + i] = HEX[(int) (number >>> (60 - 4 * i)) & 0xF];
    }
  }
}
