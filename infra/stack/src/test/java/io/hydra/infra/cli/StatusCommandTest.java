package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.output.Json;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import io.hydra.schemas.store.EmbeddedRedis;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stack whose Redis answers, and whose other processes say nothing. */
class StatusCommandTest {
  private static final String NOWHERE = "http://127.0.0.1:9";

  @TempDir Path dir;
  private final EmbeddedRedis redis = new EmbeddedRedis();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private ManagedProcess broker;

  @BeforeEach
  void start() throws IOException {
    broker =
        new ProcessStarter(dir, new RunDirectory(dir.resolve("run")), Clock.systemUTC())
            .start("broker", List.of("sleep", "1000"), Map.of(), Set.of());
    Map<String, Object> endpoints =
        Map.of(
            "bootstrapServers",
            "127.0.0.1:9",
            "schemaRegistryUrl",
            NOWHERE,
            "redisUrl",
            redis.url().toString(),
            "metricsUrls",
            List.of(NOWHERE + "/metrics"));
    Files.write(
        dir.resolve("endpoints.json"), Json.write(endpoints).getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() {
    broker.kill();
    redis.close();
  }

  private int status() {
    return run("status");
  }

  private int run(String command) {
    return HydraCli.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(command, "--dir", dir.toString());
  }

  @Test
  void upBesideItSaysWhatHappenedAndWhatToDo() {
    assertThat(run("up")).isEqualTo(1);
    assertThat(err.toString().strip())
        .startsWith("hydra: a stack runs in " + dir + " already: hydra down stops it")
        .doesNotContain("pid");
  }

  @Test
  void theNextBaseIsShownBehindTheFirst() throws IOException {
    Files.writeString(dir.resolve("served-base"), "/old/base\n/new/base\n");
    assertThat(status()).isEqualTo(1);
    assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ")))
        .containsSubsequence("base unreadable, in /old/base", "next base unreadable, in /new/base");
  }

  @Test
  void aBrokerThatSaysNothingLeavesLagUnknownAndThatIsSaid() {
    assertThat(status()).isEqualTo(1);
    assertThat(out.toString()).contains("not ready: does not answer").doesNotContain(" lag ");
    assertThat(err.toString())
        .contains("warning: lag and dead letters are not known: the broker has not answered");
  }

  @Test
  void choicesOfBasesThatCannotBeReadDoNotHideTheRest() {
    String unused = redis.client().set("hydra:bases", "no hash");
    assertThat(status()).isEqualTo(1);
    assertThat(out.toString()).contains("broker", "status page");
    assertThat(err.toString())
        .contains("warning: which bases were chosen is not known: Redis at redis://127.0.0.1:")
        .contains("another type (WRONGTYPE)");
  }
}
