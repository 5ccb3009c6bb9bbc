package io.hydra.infra.fault;

import io.hydra.infra.process.JavaCommand;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.infra.stack.StackConfig;
import io.hydra.schemas.testing.Await;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Processes of serving beside each other on one stack, each to be ended and started again. Each
 * asks the LLM with an API key of its own, by which its calls are told from others'.
 */
final class ServingProcesses implements AutoCloseable {
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final String MAIN = "io.hydra.serving.ServingMain";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ProcessStarter starter;
  private final List<String> command;
  private final Map<String, String> environment;
  private final List<Integer> ports = new ArrayList<>();
  private final List<ManagedProcess> processes = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private int starts;

  /**
   * None yet.
   *
   * @param dir of their logs
   */
  ServingProcesses(Path dir, Path base, Map<String, String> environment) {
    this.starter =
        new ProcessStarter(dir, new RunDirectory(dir.resolve("servings")), Clock.systemUTC());
    this.command =
        TrialStack.java(Component.SERVING.heapMib())
            .main(
                JavaCommand.classpath(TrialStack.HOME, Component.SERVING.module()),
                MAIN,
                List.of("--base", base.toString()));
    this.environment = environment;
  }

  /** Starts so many, and returns when all are ready. */
  void start(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      try (ServerSocket free = new ServerSocket(0)) {
        ports.add(free.getLocalPort());
      }
      keys.add("");
      processes.add(spawn(i));
    }
    for (int i = 0; i < count; i++) {
      awaitReady(i);
    }
  }

  int count() {
    return ports.size();
  }

  /**
   * Ends one with SIGKILL, as a crash would, and returns when it is gone.
   *
   * @return the key that it asked the LLM with
   */
  String kill(int index) throws InterruptedException {
    processes.get(index).kill();
    if (!processes.get(index).awaitExit(Await.PATIENCE)) {
      throw new AssertionError(processes.get(index) + " is still there after SIGKILL");
    }
    return keys.get(index);
  }

  /** Ends one with SIGTERM, and returns when it has drained and is gone. */
  void stop(int index) throws InterruptedException {
    processes.get(index).terminate();
    if (!processes.get(index).awaitExit(Await.PATIENCE)) {
      throw new AssertionError(processes.get(index) + " does not end");
    }
  }

  /** Starts one that has ended, and returns when it is ready. */
  void startAgain(int index) {
    processes.set(index, spawn(index));
    awaitReady(index);
  }

  private ManagedProcess spawn(int index) {
    keys.set(index, "serving-%d-%d".formatted(index, ++starts));
    Map<String, String> own = new HashMap<>(environment);
    own.put(LlmSettings.API_KEY, keys.get(index));
    own.put("HYDRA_OPS_HOST", "127.0.0.1");
    own.put("HYDRA_OPS_PORT", Integer.toString(ports.get(index)));
    return starter.start("serving-" + index, command, own, Set.of());
  }

  private void awaitReady(int index) {
    Await.until(
        "serving-" + index,
        ROUND,
        () -> {
          ManagedProcess process = processes.get(index);
          if (!process.isAlive()) {
            throw new AssertionError(process + " has ended:\n" + process.logTail(20));
          }
          return page(index, "/health/ready").equals("ready\n");
        });
  }

  /** A page of one, as its port for health and metrics has it; empty if it does not answer. */
  String page(int index, String path) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get(index) + path)).build();
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      return response.body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    for (ManagedProcess process : processes) {
      process.stop(StackConfig.STOP_GRACE);
    }
  }
}
