package io.hydra.infra.kafka;

import io.hydra.infra.lag.cluster.RecordTimes;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.topic.Topic;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads the dead-letter topics of a cluster.
 *
 * @param admin not owned
 */
public record DeadLetterTopics(Admin admin, KafkaConnection kafka) {
  /**
   * Counts the records of each, by the topic's name. They are read unless they are very many: of
   * those that come in transactions, offsets count each transaction's marker, too.
   *
   * @throws UserException if the broker does not answer or a topic does not exist
   */
  public Map<String, Long> counts() throws InterruptedException {
    try (Consumer<Void, Void> reader = RecordTimes.consumer(kafka)) {
      Map<String, Long> sums = new TreeMap<>();
      LogReader.count(reader, logs(), System::nanoTime)
          .forEach((partition, count) -> sums.merge(partition.topic(), count, Long::sum));
      return sums;
    } catch (KafkaException e) {
      throw new UserException("the dead letters cannot be counted: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the keys and headers of the newest dead letters.
   *
   * @param most of each topic
   * @throws UserException if the broker does not answer or a topic does not exist
   */
  public NewestLetters newest(int most) throws InterruptedException {
    try (Consumer<String, Void> reader = RecordTimes.consumer(kafka, new StringDeserializer())) {
      return NewestLetters.read(reader, logs(), most, System::nanoTime);
    } catch (KafkaException e) {
      throw new UserException("the dead letters cannot be read: " + e.getMessage(), e);
    }
  }

  private Logs logs() throws InterruptedException {
    return Logs.of(admin, Arrays.stream(Topic.values()).filter(Topic::isDeadLetter).toList());
  }
}
