package io.hydra.infra.bench.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Interaction;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.SchemaRegistrar;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.EventRules;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTemplatesTest {
  private static final String LONG_NAME = "u".repeat(100);

  private final MockSchemaRegistryClient registry = new MockSchemaRegistryClient();

  @BeforeEach
  void register() {
    SchemaRegistrar.registerAll(registry);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2004-08-01T00:00:00Z", "2026-01-31T10:00:00.123Z", "2039-01-01T00:00:00Z"})
  void whatIsPatchedInDecodesToTheEventThatWasMeant(Instant occurredAt) throws Exception {
    EventTemplates templates =
        new EventTemplates(registry, new String[] {"ann", LONG_NAME}, 300, 1);
    for (int user = 0; user < templates.count(); user++) {
      BehaviorEvent event =
          new RegistryDeserializer<BehaviorEvent>(registry, Topic.EVENTS)
              .deserialize(templates.value(user, 0xABCDEF0123L, occurredAt.toEpochMilli()));
      assertThat(event.getOccurredAt()).isEqualTo(occurredAt);
      assertThat(event.getEventId()).isEqualTo("000000abcdef0123");
      assertThat(event.getUserId()).isEqualTo(user == 0 ? "ann" : LONG_NAME);
      assertThat(new String(templates.key(user), StandardCharsets.UTF_8))
          .isEqualTo(event.getTenant() + ":" + event.getUserId());
      Interaction interaction = (Interaction) event.getPayload();
      assertThat(interaction.getInput().length() + interaction.getOutput().length()).isEqualTo(300);
      assertThat(EventRules.problem(event, occurredAt.toEpochMilli())).isEmpty();
    }
  }

  @Test
  void oneEventDoesNotChangeAnother() {
    EventTemplates templates = new EventTemplates(registry, new String[] {"ann"}, 50, 1);
    byte[] first = templates.value(0, 1, 1_760_000_000_000L);
    byte[] copy = first.clone();
    byte[] second = templates.value(0, 2, 1_770_000_000_000L);
    assertThat(first).isEqualTo(copy).isNotEqualTo(second);
  }
}
