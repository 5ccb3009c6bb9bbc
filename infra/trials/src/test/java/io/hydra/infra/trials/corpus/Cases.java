package io.hydra.infra.trials.corpus;

import static io.hydra.infra.trials.corpus.Wire.utf8;

import io.hydra.schemas.topic.Topic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;

/** Records for one topic, generated from a seed. */
abstract class Cases {
  final Wire wire;
  final Random random;
  final Instant now;
  final String task;
  final List<RecordCase> cases = new ArrayList<>();
  private final Topic topic;

  Cases(Topic topic, Wire wire, long seed, Instant now, String task) {
    this.topic = topic;
    this.wire = wire;
    this.random = new Random(seed);
    this.now = now;
    this.task = task;
  }

  static byte[] key(CharSequence tenant, CharSequence user) {
    return utf8(tenant + ":" + user);
  }

  final byte[] value(SpecificRecord record) {
    return wire.value(topic, record);
  }

  final void add(String name, byte[] key, byte[] value, Outcome outcome, Header... headers) {
    cases.add(new RecordCase(name, topic, key, value, List.of(headers), outcome));
  }

  final void undecodable(String name, byte[] value, Header... headers) {
    add(name, key(EventCases.TENANT, "bytes"), value, Outcome.UNDECODABLE, headers);
  }

  /** Random bytes that cannot be a record of this project. */
  final byte[] noise(int most) {
    byte[] noise = new byte[1 + random.nextInt(most)];
    random.nextBytes(noise);
    // An even first byte of the text would be its length; this one is negative, so never valid.
    noise[0] = (byte) (noise[0] | 1);
    return noise;
  }
}
