package io.hydra.infra.cli;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.hydra.runtime.service.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Packages of npm and pip, each set in a folder of its own, installed one after the other while a
 * stack starts: that mostly waits for the network.
 */
final class ForeignPackages {
  /** Versions that were tried; newer ones are npm's and pip's to find. */
  private static final String OPENAI_FOR_NODE = "openai@7.59.0";

  private static final String[] KAFKAJS = {
    "kafkajs@2.2.4", "@kafkajs/confluent-schema-registry@4.1.0"
  };
  private static final String OPENAI_FOR_PYTHON = "openai";

  private final Future<Path> openAiForNode;
  private final Future<Path> kafkaJs;
  private final Future<Path> openAiForPython;

  /**
   * @param dir to make the folders in
   */
  ForeignPackages(Path dir) {
    ExecutorService installer =
        Executors.newSingleThreadExecutor(Threads.daemon("foreign-packages"));
    openAiForPython = installer.submit(() -> pip(dir, OPENAI_FOR_PYTHON));
    openAiForNode = installer.submit(() -> npm(dir, OPENAI_FOR_NODE));
    kafkaJs = installer.submit(() -> npm(dir, KAFKAJS));
    installer.shutdown();
  }

  /** The folder with OpenAI's client for Node; without npm, or its packages, skips the test. */
  Path openAiForNode() throws Exception {
    return wanted(openAiForNode, "npm can install " + OPENAI_FOR_NODE);
  }

  /** The folder with kafkajs, likewise. */
  Path kafkaJs() throws Exception {
    return wanted(kafkaJs, "npm can install " + String.join(" ", KAFKAJS));
  }

  /** The folder with OpenAI's client for Python, to be run with {@code venv/bin/python}. */
  Path openAiForPython() throws Exception {
    return wanted(openAiForPython, "pip can install " + OPENAI_FOR_PYTHON);
  }

  private static Path wanted(Future<Path> folder, String what) throws Exception {
    assumeThat(folder.get()).as(what).isNotNull();
    return folder.get();
  }

  private static Path npm(Path dir, String... packages) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(dir, "script");
    String[] command = {"npm", "install", "--prefix", folder.toString()};
    return Scripts.runs(Stream.of(command, packages).flatMap(Stream::of).toArray(String[]::new))
        ? folder
        : null;
  }

  private static Path pip(Path dir, String name) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(dir, "script");
    String venv = folder.resolve("venv").toString();
    return Scripts.runs("python3", "-m", "venv", venv)
            && Scripts.runs(venv + "/bin/python", "-m", "pip", "install", "-q", name)
        ? folder
        : null;
  }
}
