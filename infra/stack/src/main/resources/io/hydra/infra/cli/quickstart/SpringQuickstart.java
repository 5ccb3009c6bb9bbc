// Maven: org.springframework.kafka:spring-kafka and io.hydra:hydra-ingest
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.requestreply.ReplyingKafkaTemplate;

public class SpringQuickstart {
  public static void main(String[] args) throws Exception {
    var registry = RegistryClients.open("@REGISTRY@");
    var queries =
        new DefaultKafkaProducerFactory<String, Query>(
            Map.of("bootstrap.servers", "@BROKER@"),
            new StringSerializer(),
            new RegistrySerializer<>(registry, Topic.QUERIES));
    // A group of its own for each instance: all of them read all responses, and take their own.
    var responses =
        new DefaultKafkaConsumerFactory<>(
            Map.of(
                "bootstrap.servers", "@BROKER@",
                "group.id", "spring-" + UUID.randomUUID(),
                "auto.offset.reset", "latest"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    var container =
        new KafkaMessageListenerContainer<>(responses, new ContainerProperties("hydra.responses"));
    var template = new ReplyingKafkaTemplate<>(queries, container);
    template.setSharedReplyTopic(true);
    template.start();
    template.waitForAssignment(Duration.ofSeconds(30));

    // The key is tenant:user. The template sets and awaits kafka_correlationId.
    var query =
        Query.newBuilder()
            .setQueryId(UUID.randomUUID().toString())
            .setTenant("demo")
            .setUserId("ann")
            .setTask("@TASK@")
            .setInput(@INPUT@)
            .setDeadline(Instant.now().plusSeconds(30))
            .build();
    var answer =
        template
            .sendAndReceive(
                new ProducerRecord<>("hydra.queries", "demo:ann", query), Duration.ofSeconds(35))
            .get();
    var response =
        new RegistryDeserializer<Response>(registry, Topic.RESPONSES).deserialize(answer.value());
    System.out.println(response.getStatus() + " " + response.getText());
    template.stop();
    template.destroy();
    queries.destroy();
    registry.close();
  }
}
