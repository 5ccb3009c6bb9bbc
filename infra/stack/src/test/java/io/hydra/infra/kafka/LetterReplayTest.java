package io.hydra.infra.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.infra.kafka.LetterReplay.Progress;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.DeadLetters.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class LetterReplayTest {
  private static final TopicPartition LETTERS = new TopicPartition("hydra.events.dlq", 2);
  private static final long START = 40;

  private final List<ProducerRecord<byte[], byte[]>> log = new ArrayList<>();

  private void letter(String key, String value, String fault) {
    Headers reason = DeadLetters.reason(new Origin("hydra.events", 3, 7, 5, "g"), fault, "why");
    log.add(new ProducerRecord<>(LETTERS.topic(), null, null, utf8(key), utf8(value), reason));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  /** The log as it is now, from {@link #START} on. */
  private <K> void writeTo(MockConsumer<K, byte[]> consumer, boolean keysAsText) {
    consumer.schedulePollTask(
        () ->
            IntStream.range(0, log.size())
                .filter(i -> START + i >= consumer.position(LETTERS))
                .forEach(
                    i -> {
                      byte[] key = log.get(i).key();
                      @SuppressWarnings("unchecked")
                      K given = (K) (keysAsText && key != null ? new String(key, UTF_8) : key);
                      consumer.addRecord(
                          new ConsumerRecord<>(
                              LETTERS.topic(),
                              LETTERS.partition(),
                              START + i,
                              1_000,
                              TimestampType.CREATE_TIME,
                              0,
                              0,
                              given,
                              log.get(i).value(),
                              log.get(i).headers(),
                              Optional.empty()));
                    }));
  }

  private LetterReplay plan(String fault) {
    MockConsumer<String, byte[]> consumer = new MockConsumer<>("none");
    writeTo(consumer, true);
    Logs logs = new Logs(Map.of(LETTERS, START), Map.of(LETTERS, START + log.size()));
    return LetterReplay.plan(
        consumer, logs, letter -> fault.equals(letter.exceptionClass()), () -> 0);
  }

  private void run(LetterReplay letters, MockProducer<byte[], byte[]> producer) {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    writeTo(consumer, false);
    letters.run(consumer, producer);
  }

  private static MockProducer<byte[], byte[]> brokers(RuntimeException refusing, String value) {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
      @Override
      public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        if (refusing != null && record.value() != null && value.equals(text(record.value()))) {
          callback.onCompletion(null, refusing);
          return null;
        }
        return super.send(record, callback);
      }
    };
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  private static List<String> published(MockProducer<byte[], byte[]> producer) {
    return producer.history().stream()
        .filter(record -> record.topic().equals("hydra.events"))
        .map(record -> text(record.key()) + " " + text(record.value()))
        .toList();
  }

  /** The marks get where the letters are. */
  private void keepMarks(MockProducer<byte[], byte[]> producer) {
    producer.history().stream()
        .filter(record -> record.topic().equals(LETTERS.topic()))
        .forEach(
            mark -> {
              assertThat(mark.partition()).isEqualTo(LETTERS.partition());
              log.add(mark);
            });
  }

  @Test
  void theChosenArePublishedInTheirOrderAndNeverAgain() {
    letter("shop:ann", "1", "Away");
    letter("shop:bob", "2", "Bad");
    letter("shop:ann", "3", "Away");
    MockProducer<byte[], byte[]> producer = brokers(null, "");
    LetterReplay letters = plan("Away");
    assertThat(letters.progress())
        .containsExactly(new Progress(LETTERS.topic(), "hydra.events", 2, 0, 0, 0));
    assertThat(producer.history()).as("a plan publishes nothing").isEmpty();

    run(letters, producer);
    assertThat(published(producer)).containsExactly("shop:ann 1", "shop:ann 3");
    assertThat(letters.progress())
        .containsExactly(new Progress(LETTERS.topic(), "hydra.events", 2, 0, 2, 0));

    keepMarks(producer);
    assertThat(plan("Away").progress()).isEmpty();
    letter("shop:ann", "3", "Away");
    assertThat(plan("Away").progress()).extracting(Progress::due).containsExactly(1);
    assertThat(plan("Bad").progress()).extracting(Progress::due).containsExactly(1);
  }

  @Test
  void aLetterWithoutItsValueStays() {
    letter("shop:ann", "1", "Away");
    log.get(0).headers().add(DeadLetters.DROPPED, utf8(DeadLetters.VALUE));
    assertThat(plan("Away").progress())
        .containsExactly(new Progress(LETTERS.topic(), "hydra.events", 0, 1, 0, 0));
  }

  @Test
  void oneThatTheBrokersRefuseStaysAndTheOthersDoNotWaitForIt() {
    letter("shop:ann", "large", "Away");
    letter("shop:ann", "2", "Away");
    MockProducer<byte[], byte[]> producer = brokers(new RecordTooLargeException("no"), "large");
    LetterReplay letters = plan("Away");
    run(letters, producer);
    assertThat(letters.progress())
        .containsExactly(new Progress(LETTERS.topic(), "hydra.events", 2, 0, 1, 1));
    keepMarks(producer);
    assertThat(plan("Away").progress()).extracting(Progress::due).containsExactly(1);
  }

  @Test
  void anOutageEndsItAndWhatWasPublishedBeforeIsMarked() {
    letter("shop:ann", "1", "Away");
    letter("shop:ann", "2", "Away");
    MockProducer<byte[], byte[]> producer = brokers(new TimeoutException("30 s"), "2");
    LetterReplay letters = plan("Away");
    assertThatThrownBy(() -> run(letters, producer))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("took no more");
    assertThat(letters.progress()).extracting(Progress::published).containsExactly(1);
    keepMarks(producer);
    assertThat(plan("Away").progress()).extracting(Progress::due).containsExactly(1);
  }
}
