package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.hydra.infra.cli.QuickstartCommand.Snippet;
import io.hydra.infra.stack.Endpoints;
import io.hydra.infra.stack.GatewayKey;
import java.nio.file.Files;
import java.nio.file.Path;

/** Apps that speak Kafka without our client: what the pages show, as it stands there. */
final class AppsByKafka {
  private static final String EXAMPLE = "```js\n";

  private final Path home;
  private final Path dir;
  private final Scripts scripts;

  /**
   * @param home the project's top folder
   * @param dir of the stack
   */
  AppsByKafka(Endpoints endpoints, Path home, Path dir) {
    this.home = home;
    this.dir = dir;
    this.scripts = new Scripts(endpoints, GatewayKey.read(dir), dir);
  }

  /** Spring's {@code ReplyingKafkaTemplate}, which knows a response by its correlation id. */
  void areAnsweredThroughSpring() throws Exception {
    assertThat(scripts.outputOfJava(Snippet.SPRING)).containsPattern("(?m)^(OK|DEGRADED) [1-5]$");
  }

  /** The contract's example for kafkajs. */
  void areAnsweredThroughKafkajs(ForeignPackages packages) throws Exception {
    String page = Files.readString(home.resolve("docs/contract.md"));
    int begin = page.indexOf(EXAMPLE) + EXAMPLE.length();
    Path folder = packages.kafkaJs();
    Files.writeString(folder.resolve("app.js"), page.substring(begin, page.indexOf("```", begin)));
    assertThat(Scripts.output(folder, "node", "app.js", dir.resolve("endpoints.json").toString()))
        .containsPattern("(?m)^shop:bob c-1 q-1 (OK|DEGRADED) [1-5]$");
  }

  /** kcat, which prints the event that the snippet for curl has sent. */
  void areReadByKcat() throws Exception {
    assumeThat(Scripts.runs("kcat", "-V")).as("kcat is there").isTrue();
    assertThat(Scripts.output(scripts.write(Snippet.KCAT), "sh", Snippet.KCAT.file()))
        .contains("demo:ann");
  }
}
