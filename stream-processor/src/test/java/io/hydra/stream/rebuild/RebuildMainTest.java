package io.hydra.stream.rebuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.store.EmbeddedRedis;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RebuildMainTest {
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return RebuildMain.commandLine().setErr(new PrintWriter(err)).execute(args);
  }

  @Test
  void unknownAndInvalidOptionsSayWhy() {
    assertThat(run("--form=2026-01-31T10:00:00Z")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("Unknown option: '--form'", "Did you mean: --from?");
    assertThat(run("--history-capacty=5")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("--history-capacity");
    assertThat(run("--from=yesterday")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("--grace=2s")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("at least 3s");
    assertThat(run("--history-capacity=0")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("--redis-url=somewhere")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(run("--writers=0")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("redis://").contains("--writers");
  }

  @Test
  void aRedisThatEvictsIsRefusedAtOnceWithTheRemedy() {
    try (EmbeddedRedis redis = new EmbeddedRedis("maxmemory-policy allkeys-lru")) {
      assertThat(run("--redis-url=" + redis.url(), "--bootstrap-servers=127.0.0.1:1", "--finish"))
          .isEqualTo(CommandLine.ExitCode.SOFTWARE);
      assertThat(err.toString().strip().lines())
          .singleElement()
          .asString()
          .contains("rebuild: Redis has maxmemory-policy allkeys-lru")
          .contains("set maxmemory-policy noeviction");
    }
  }
}
