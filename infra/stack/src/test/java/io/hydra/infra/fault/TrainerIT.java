package io.hydra.infra.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.cli.HydraCli;
import io.hydra.infra.output.Json;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.StackConfig;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.HydraConnection;
import io.hydra.model.base.BaseFiles;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Outcome;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.registry.RegistryClients;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.store.UserStateReader;
import io.hydra.schemas.store.Users;
import io.hydra.schemas.testing.Await;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import redis.clients.jedis.RedisClient;

/**
 * The trainer killed while it learns from events and verdicts, and then a new base that comes into
 * use beside the one before it and goes again, on the embedded stack.
 */
class TrainerIT {
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final int ROUNDS = 6;
  private static final int EVENTS = ROUNDS * 2;
  private static final List<UserKey> USERS =
      IntStream.range(0, 50).mapToObj(i -> new UserKey("shop", "u" + i)).toList();

  @TempDir private Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void killsCostNoEventAndNoVerdictAndABaseIsRolledOutAndTakenBackWithoutARestart()
      throws Exception {
    Path old = TrialBase.of();
    Path next = TrialBase.of(8);
    String oldVersion = BaseFiles.check(old).version();
    String nextVersion = BaseFiles.check(next).version();
    StackConfig config = TrialStack.in(dir.resolve("stack"));
    try (EmbeddedStack stack = EmbeddedStack.create(config, System.out::println)) {
      stack.start(old);
      teachAndKill(stack);
      Await.until(
          "heads that learned all",
          ROUND,
          () -> learned(stack, oldVersion),
          count -> count == USERS.size());
      Map<UserKey, String> afterKills = bytes(heads(stack, oldVersion));
      // The trainer is calm now: what it fits again is what is due.
      assertThat(run("refit", "--all")).as(err.toString()).isZero();
      assertThat(bytes(heads(stack, oldVersion))).isEqualTo(afterKills);
      // Later than the heads: with a commit, which the refit has waited for.
      everyVerdictWasToldOf(stack);
    }
    try (EmbeddedStack stack =
        EmbeddedStack.create(config.withNextBase(next), System.out::println)) {
      stack.start(old);
      assertThat(withoutHeads(stack, nextVersion)).isEqualTo(USERS.size());
      assertThat(run("refit", "--base", next.toString())).as(err.toString()).isZero();
      assertThat(withoutHeads(stack, nextVersion)).isZero();
      assertThat(learned(stack, nextVersion)).isEqualTo(USERS.size());

      assertThat(answer().path("baseVersion").asText()).isEqualTo(oldVersion);
      assertThat(run("base", "--use", next.toString(), "--tenant", "shop")).isZero();
      JsonNode personal = awaitAnswerBy(nextVersion);
      assertThat(personal.path("head").path("verdicts").asInt()).isEqualTo(ROUNDS);
      assertThat(run("base", "--json")).isZero();
      assertThat(out.toString()).contains("shop").contains(nextVersion);
      assertThat(run("base", "--take-back", "--tenant", "shop")).isZero();
      JsonNode again = awaitAnswerBy(oldVersion);
      assertThat(again.path("head").path("verdicts").asInt()).isEqualTo(ROUNDS);
    }
  }

  /** Two events, an answer and a verdict a user and round; every other round the trainer dies. */
  private static void teachAndKill(EmbeddedStack stack) throws Exception {
    SchemaRegistryClient registry = RegistryClients.open(stack.endpoints().schemaRegistryUrl());
    RegistrySerializer<Exposure> exposures = new RegistrySerializer<>(registry, Topic.EXPOSURES);
    Instant now = Instant.now();
    try (BehaviorEventPublisher publisher =
            BehaviorEventPublisher.connect(
                new HydraConnection(
                    stack.endpoints().bootstrapServers(), stack.endpoints().schemaRegistryUrl()));
        KafkaProducer<byte[], byte[]> shown =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.endpoints().bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      for (int round = 0; round < ROUNDS; round++) {
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (UserKey user : USERS) {
          Exposure exposure = exposure(user, round, now);
          var unused =
              shown.send(
                  new ProducerRecord<>(
                      Topic.EXPOSURES.topicName(),
                      user.recordKey().getBytes(StandardCharsets.UTF_8),
                      exposures.serialize(null, exposure)));
          for (BehaviorEvent event : events(user, round, now)) {
            sent.add(publisher.publish(event));
          }
        }
        shown.flush();
        if (round % 2 == 0) {
          stack.kill(Component.TRAINER);
        }
        sent.forEach(CompletableFuture::join);
        if (round % 2 == 0) {
          stack.restart(Component.TRAINER);
        }
      }
    }
  }

  private static List<BehaviorEvent> events(UserKey user, int round, Instant now) {
    String id = user.userId() + "-" + round;
    String task = TrialBase.CLOSED;
    return List.of(
        interaction(id + "a", user, now),
        interaction(id + "b", user, now),
        round % 3 == 0
            ? BehaviorEvents.rejected("v-" + id, user, task, now, "q-" + id)
            : BehaviorEvents.chose("v-" + id, user, task, now, "q-" + id, 1));
  }

  private static BehaviorEvent interaction(String id, UserKey user, Instant now) {
    return BehaviorEvents.interaction(
        id, user, TrialBase.CLOSED, now, "a note on the night train " + id, "travel");
  }

  private static Exposure exposure(UserKey user, int round, Instant now) {
    return Exposure.newBuilder()
        .setQueryId("q-" + user.userId() + "-" + round)
        .setTenant(user.tenant())
        .setUserId(user.userId())
        .setTask(TrialBase.CLOSED)
        .setAskedAt(now.minusSeconds(1))
        .setShownAt(now.minusSeconds(1))
        .setInput("a note on the night train")
        .setShown(0)
        .setCandidates(
            List.of(
                new ShownCandidate("sport", 0.6, 5, null),
                new ShownCandidate("travel", 0.4, 3, null)))
        .setItems(List.of())
        .setHistoryVersion(0)
        .setBaseVersion("any")
        .setHeadVersion(0)
        .build();
  }

  /** Users whose heads have seen all of their events and verdicts. */
  private static long learned(EmbeddedStack stack, String version) {
    return heads(stack, version).values().stream()
        .filter(heads -> heads.historyVersion() == EVENTS && heads.verdicts() == ROUNDS)
        .count();
  }

  private static Map<UserKey, Heads> heads(EmbeddedStack stack, String version) {
    Map<UserKey, Heads> heads = new HashMap<>();
    try (RedisClient redis = RedisClient.create(URI.create(stack.endpoints().redisUrl()))) {
      for (UserKey user : USERS) {
        heads.put(user, UserStateReader.readHeads(redis, user, TrialBase.CLOSED, version));
      }
    }
    return heads;
  }

  private static Map<UserKey, String> bytes(Map<UserKey, Heads> heads) {
    Map<UserKey, String> bytes = new HashMap<>();
    heads.forEach(
        (user, head) -> bytes.put(user, HexFormat.of().formatHex(HeadsCodec.encode(head))));
    return bytes;
  }

  /** Each was joined once; a kill may have had it told again as known already, and no more. */
  private static void everyVerdictWasToldOf(EmbeddedStack stack) throws Exception {
    RegistryDeserializer<VerdictOutcome> decoder =
        new RegistryDeserializer<>(
            RegistryClients.open(stack.endpoints().schemaRegistryUrl()), Topic.VERDICT_OUTCOMES);
    Set<String> joined = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record :
        new Topics(stack.endpoints().bootstrapServers()).all(Topic.VERDICT_OUTCOMES)) {
      VerdictOutcome outcome = decoder.deserialize(record.value());
      if (outcome.getOutcome() == Outcome.JOINED) {
        assertThat(joined.add(outcome.getEventId())).as(outcome.getEventId()).isTrue();
      } else {
        assertThat(outcome.getOutcome()).isIn(Outcome.WAITING, Outcome.REPEATED);
      }
    }
    assertThat(joined).hasSize(USERS.size() * ROUNDS);
  }

  private static long withoutHeads(EmbeddedStack stack, String version) {
    try (RedisClient redis = RedisClient.create(URI.create(stack.endpoints().redisUrl()))) {
      return new Users(redis)
          .read(USERS).stream()
              .filter(user -> user.tasks().isEmpty() || !user.without(version).isEmpty())
              .count();
    }
  }

  private JsonNode awaitAnswerBy(String version) {
    return Await.until(
        "answer by " + version,
        ROUND,
        this::answer,
        answer -> answer.path("baseVersion").asText().equals(version));
  }

  private JsonNode answer() {
    String[] question = {"--task", TrialBase.CLOSED, "--json", "a note on the night train"};
    List<String> all = new ArrayList<>(List.of("--user", "u1", "--tenant", "shop"));
    all.addAll(List.of("--timeout", TrialStack.PATIENCE));
    all.addAll(Arrays.asList(question));
    assertThat(run("ask", all.toArray(String[]::new))).as(err.toString()).isZero();
    try {
      return Json.parse(out.toString(), JsonNode.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int run(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(command, "--dir", dir.resolve("stack").toString()));
    all.addAll(Arrays.asList(arguments));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = HydraCli.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(all.toArray(String[]::new));
  }
}
