package io.hydra.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.infra.llm.LlmServer;
import io.hydra.infra.llm.model.Prior;
import io.hydra.infra.llm.model.Prior.PriorPair;
import io.hydra.infra.llm.model.SimulatedModel;
import io.hydra.schemas.config.Sha256;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The simulated LLM in this process, on a free port of the loopback interface, for a run that names
 * no LLM. Its answers depend on its program and on what it has learned alone.
 */
final class SimulatedEndpoint implements AutoCloseable {
  private static final double STRONG_EVIDENCE = 2;
  private static final int NAME_BYTES = 6;

  private final LlmServer server;
  private final String name;

  private SimulatedEndpoint(LlmServer server, String name) {
    this.server = server;
    this.name = name;
  }

  /**
   * Starts it, ready to answer.
   *
   * @param strong whether examples move it twice as far
   */
  static SimulatedEndpoint start(Dataset dataset, boolean strong) throws IOException {
    double evidence = strong ? STRONG_EVIDENCE : 1;
    MessageDigest digest = Sha256.digest();
    digest.update(program());
    digest.update(Double.toString(evidence).getBytes(UTF_8));
    Map<String, SimulatedModel> models = new HashMap<>();
    dataset
        .taught()
        .forEach(
            (model, users) -> {
              digest.update(model.getBytes(UTF_8));
              List<PriorPair> pairs = pairs(dataset.taskId(), users);
              pairs.forEach(pair -> digest.update(pair.toString().getBytes(UTF_8)));
              models.put(model, new SimulatedModel(Prior.learn(pairs), evidence));
            });
    return new SimulatedEndpoint(
        LlmServer.start(models),
        "simulated " + HexFormat.of().formatHex(digest.digest(), 0, NAME_BYTES));
  }

  /** With the version's path. */
  String baseUrl() {
    return server.baseUrl();
  }

  /** Of its program and what it has learned: another one may answer otherwise. */
  String name() {
    return name;
  }

  @Override
  public void close() {
    server.close();
  }

  private static List<PriorPair> pairs(String taskId, List<LampUser> users) {
    return users.stream()
        .flatMap(user -> user.profile().stream())
        .map(item -> new PriorPair(taskId, item.input(), item.output()))
        .toList();
  }

  /** A hash of the simulated LLM's classes, in a jar or, in tests, a folder. */
  private static byte[] program() throws IOException {
    MessageDigest digest = Sha256.digest();
    try (Stream<Path> files =
        Files.walk(
            Path.of(LlmServer.class.getProtectionDomain().getCodeSource().getLocation().toURI()))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        digest.update(Files.readAllBytes(file));
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    return digest.digest();
  }
}
