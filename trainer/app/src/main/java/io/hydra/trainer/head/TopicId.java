package io.hydra.trainer.head;

import io.hydra.schemas.topic.Topic;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;

/** Asks the broker for the id of a topic, which another topic of the same name does not have. */
public record TopicId(Admin admin, Topic topic) implements Supplier<Uuid> {
  /**
   * @throws KafkaException if the broker does not answer, or there is no such topic
   */
  @Override
  public Uuid get() {
    try {
      return admin
          .describeTopics(List.of(topic.topicName()))
          .topicNameValues()
          .get(topic.topicName())
          .get()
          .topicId();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
