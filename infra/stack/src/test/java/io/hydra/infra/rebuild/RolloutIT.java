package io.hydra.infra.rebuild;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.cli.HydraCli;
import io.hydra.infra.fault.TrialBase;
import io.hydra.infra.output.Json;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.StackConfig;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.HydraConnection;
import io.hydra.model.base.BaseFiles;
import io.hydra.schemas.store.Users;
import io.hydra.schemas.user.UserKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import redis.clients.jedis.RedisClient;

/** A new base comes into use beside the one before it, and goes again, on the embedded stack. */
class RolloutIT {
  private static final Path HOME = Path.of(System.getProperty("hydra.home"));
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<UserKey> USERS =
      IntStream.range(0, 50).mapToObj(i -> new UserKey("shop", "u" + i)).toList();

  @TempDir private Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aBaseIsRolledOutAndTakenBackWithoutARestart() throws Exception {
    Path old = TrialBase.train(HOME, Files.createDirectory(dir.resolve("old")), 7);
    Path next = TrialBase.train(HOME, Files.createDirectory(dir.resolve("next")), 8);
    String oldVersion = BaseFiles.check(old).version();
    String nextVersion = BaseFiles.check(next).version();
    StackConfig config = StackConfig.defaults(HOME, dir.resolve("stack"));
    try (EmbeddedStack stack = EmbeddedStack.create(config, System.out::println)) {
      stack.start(old);
      publish(stack);
      awaitHeads(stack, oldVersion);
    }
    try (EmbeddedStack stack =
        EmbeddedStack.create(config.withNextBase(next), System.out::println)) {
      stack.start(old);
      assertThat(withoutHeads(stack, nextVersion)).isEqualTo(USERS.size());
      assertThat(run("refit", "--base", next.toString())).as(err.toString()).isZero();
      assertThat(withoutHeads(stack, nextVersion)).isZero();

      assertThat(answer("u1").path("baseVersion").asText()).isEqualTo(oldVersion);
      assertThat(run("base", "--use", next.toString(), "--tenant", "shop")).isZero();
      JsonNode personal = awaitAnswerBy(nextVersion);
      assertThat(personal.path("status").asText()).isEqualTo("OK");
      assertThat(personal.path("head").path("examples").asInt()).isPositive();
      assertThat(run("base", "--json")).isZero();
      assertThat(out.toString()).contains("shop").contains(nextVersion);
      assertThat(run("base", "--take-back", "--tenant", "shop")).isZero();
      JsonNode again = awaitAnswerBy(oldVersion);
      assertThat(again.path("head").path("examples").asInt()).isPositive();
    }
  }

  private static void publish(EmbeddedStack stack) {
    try (BehaviorEventPublisher publisher =
        BehaviorEventPublisher.connect(
            new HydraConnection(
                stack.endpoints().bootstrapServers(), stack.endpoints().schemaRegistryUrl()))) {
      List<CompletableFuture<?>> sent = new ArrayList<>();
      for (UserKey user : USERS) {
        for (int i = 0; i < 3; i++) {
          sent.add(
              publisher.publish(
                  BehaviorEvents.interaction(
                      user.userId() + "-" + i,
                      user,
                      TrialBase.CLOSED,
                      Instant.parse("2026-01-31T10:00:00Z").plusSeconds(i),
                      "a note on the night train " + i,
                      "travel")));
        }
      }
      sent.forEach(CompletableFuture::join);
    }
  }

  private static void awaitHeads(EmbeddedStack stack, String version) {
    Instant end = Instant.now().plus(PATIENCE);
    while (withoutHeads(stack, version) > 0) {
      assertThat(Instant.now()).isBefore(end);
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  private static long withoutHeads(EmbeddedStack stack, String version) {
    try (RedisClient redis = RedisClient.create(URI.create(stack.endpoints().redisUrl()))) {
      return new Users(redis)
          .read(USERS).stream()
              .filter(user -> user.tasks().isEmpty() || !user.without(version).isEmpty())
              .count();
    }
  }

  private JsonNode awaitAnswerBy(String version) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    JsonNode answer = answer("u1");
    while (!answer.path("baseVersion").asText().equals(version)) {
      assertThat(Instant.now()).as("%s", answer).isBefore(end);
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      answer = answer("u1");
    }
    return answer;
  }

  private JsonNode answer(String user) throws Exception {
    String[] question = {"--task", TrialBase.CLOSED, "--json", "a note on the night train"};
    List<String> all = new ArrayList<>(List.of("--user", user, "--tenant", "shop"));
    all.addAll(Arrays.asList(question));
    assertThat(run("ask", all.toArray(String[]::new))).as(err.toString()).isZero();
    return Json.parse(out.toString(), JsonNode.class);
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
