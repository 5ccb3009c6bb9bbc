package io.hydra.infra.kafka;

import io.hydra.infra.kafka.NewestLetters.Letter;
import io.hydra.infra.lag.cluster.RecordTimes;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.topic.Topic;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads topics of dead letters.
 *
 * @param admin not owned
 */
public record DeadLetterTopics(Admin admin, KafkaConnection kafka, List<Topic> topics) {
  public static final List<Topic> ALL =
      Arrays.stream(Topic.values()).filter(Topic::isDeadLetter).toList();

  /** All of a cluster. */
  public DeadLetterTopics(Admin admin, KafkaConnection kafka) {
    this(admin, kafka, ALL);
  }

  /**
   * Counts the letters of each that were not published again, by the topic's name. They are read
   * unless they are very many: of those that come in transactions, offsets count each transaction's
   * marker, too.
   *
   * @throws UserException if the broker does not answer or a topic does not exist
   */
  public Map<String, Long> counts() throws InterruptedException {
    try (Consumer<Void, Void> reader = RecordTimes.consumer(kafka)) {
      Map<String, Long> sums = new TreeMap<>();
      Logs logs = logs();
      LogReader.count(reader, logs, System::nanoTime, weight(logs))
          .forEach((partition, count) -> sums.merge(partition.topic(), count, Long::sum));
      return sums;
    } catch (KafkaException e) {
      throw new UserException(
          "the dead letters cannot be counted: " + KafkaConnection.reason(e), e);
    }
  }

  /** A mark takes its letter back, if that is still there, and once: two marks may name it. */
  static ToLongFunction<ConsumerRecord<Void, Void>> weight(Logs logs) {
    Set<String> taken = new HashSet<>();
    return record -> {
      OptionalLong letter = DeadLetters.marked(record);
      if (letter.isEmpty()) {
        return 1;
      }
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      boolean isThere = letter.getAsLong() >= logs.starts().get(partition);
      return isThere && taken.add(partition + ":" + letter.getAsLong()) ? -1 : 0;
    };
  }

  /**
   * Reads the keys and headers of the newest letters that were not published again.
   *
   * @param most of each topic
   * @throws UserException if the broker does not answer or a topic does not exist
   */
  public NewestLetters newest(int most, Predicate<Letter> wanted) throws InterruptedException {
    try (Consumer<String, Void> reader = keysAndHeaders()) {
      return NewestLetters.read(reader, logs(), most, wanted, System::nanoTime);
    } catch (KafkaException e) {
      throw new UserException("the dead letters cannot be read: " + KafkaConnection.reason(e), e);
    }
  }

  /**
   * Finds the letters that were not published again.
   *
   * @throws UserException if the broker does not answer, a topic does not exist or is not read to
   *     its end
   */
  public LetterReplay replay(Predicate<Letter> wanted) throws InterruptedException {
    try (Consumer<String, Void> reader = keysAndHeaders()) {
      return LetterReplay.plan(reader, logs(), wanted, System::nanoTime);
    } catch (KafkaException e) {
      throw new UserException("the dead letters cannot be read: " + KafkaConnection.reason(e), e);
    }
  }

  private Consumer<String, Void> keysAndHeaders() {
    return RecordTimes.consumer(kafka, new StringDeserializer());
  }

  private Logs logs() throws InterruptedException {
    return Logs.of(admin, topics);
  }
}
