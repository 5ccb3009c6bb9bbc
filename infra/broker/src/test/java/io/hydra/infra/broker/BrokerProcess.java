package io.hydra.infra.broker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A broker in a process of its own; closing kills it outright. */
public final class BrokerProcess implements AutoCloseable {
  private final Process process;
  private final String bootstrapServers;

  private BrokerProcess(Process process, String bootstrapServers) {
    this.process = process;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts a broker on a free port; returns once it takes requests.
   *
   * @param config settings of a {@code server.properties}, each {@code key=value}
   */
  public static BrokerProcess start(Path dataDir, String... config) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                BrokerMain.class.getName(),
                "--data-dir",
                dataDir.toString()));
    for (String setting : config) {
      command.addAll(List.of("--config", setting));
    }
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    var reader = process.inputReader();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith("listening on ")) {
        return new BrokerProcess(process, line.substring("listening on ".length()));
      }
    }
    throw new AssertionError("the broker ended with " + process.waitFor());
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void close() throws InterruptedException {
    int unused = process.destroyForcibly().waitFor();
  }
}
