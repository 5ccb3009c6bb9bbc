package io.hydra.infra.bench.history;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.bench.load.MadeUpTexts;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Events whose bytes are made beforehand: sending one costs a copy, an id, a time and a text. An
 * event id is the event's number in sixteen hexadecimal digits.
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

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final UserKey[] users;
  private final byte[][] keys;
  private final byte[][] values;
  private final int[] timeAt;
  private final int[] textAt;
  private final int textBytes;
  private final MadeUpTexts texts;

  /**
   * @param names user ids
   * @param textBytes of input and output together
   */
  EventTemplates(SchemaRegistryClient registry, String[] names, int textBytes, long seed) {
    RegistrySerializer<BehaviorEvent> serializer = new RegistrySerializer<>(registry, Topic.EVENTS);
    this.texts = new MadeUpTexts(seed);
    this.textBytes = textBytes - 1;
    String text = texts.text(0, this.textBytes);
    users = new UserKey[names.length];
    keys = new byte[names.length][];
    values = new byte[names.length][];
    timeAt = new int[names.length];
    textAt = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      users[i] = new UserKey(TENANT, names[i]);
      keys[i] = users[i].recordKey().getBytes(StandardCharsets.UTF_8);
      BehaviorEvent event =
          BehaviorEvents.interaction("0".repeat(ID_BYTES), users[i], TASK, SOME_TIME, text, "y");
      values[i] = serializer.serialize(Topic.EVENTS.topicName(), event);
      timeAt[i] =
          ID_AT + ID_BYTES + stringBytes(TENANT) + stringBytes(names[i]) + stringBytes(TASK);
      textAt[i] = new String(values[i], StandardCharsets.ISO_8859_1).indexOf(text);
    }
  }

  /** Of an Avro string: its length, then its bytes. */
  private static int stringBytes(String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return (bytes < 64 ? 1 : 2) + bytes;
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
    texts.put(number, value, textAt[index], textBytes);
    return value;
  }

  private static void putId(byte[] into, int at, long number) {
    for (int i = 0; i < ID_BYTES; i++) {
      into[at + i] = HEX[(int) (number >>> (60 - 4 * i)) & 0xF];
    }
  }
}
