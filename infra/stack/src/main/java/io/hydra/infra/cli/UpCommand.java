package io.hydra.infra.cli;

import io.hydra.infra.output.Json;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.infra.stack.GatewayKey;
import io.hydra.infra.stack.LlmSettings;
import io.hydra.infra.stack.RunningStack;
import io.hydra.infra.stack.StackConfig;
import io.hydra.infra.supervise.Restarts;
import io.hydra.infra.training.BaseTraining;
import io.hydra.infra.training.TrainingData;
import io.hydra.model.base.BaseFiles;
import io.hydra.runtime.option.PortConverter;
import io.hydra.schemas.config.UserException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the embedded stack and leaves it running. */
@Command(
    name = "up",
    description = {
      "Start the embedded stack and leave it running, until hydra down stops it.",
      "What ends is started again, with growing pauses while it does not stay up: see hydra"
          + " status.",
      "Without HYDRA_LLM_BASE_URL (and HYDRA_LLM_MODEL, HYDRA_LLM_API_KEY) a simulated LLM is"
          + " started."
    })
final class UpCommand extends HydraCommand {
  private static final Duration CANARY_INTERVAL = Duration.ofMinutes(1);

  @Mixin private StackFolder folder;

  @Option(
      names = "--base",
      paramLabel = "DIR",
      description =
          "A trained base, as hydra train-base writes it; its tasks are those that the stack knows."
              + " Default: the one served last time, else base in the stack's folder, made first if"
              + " it is not there")
  private Path base;

  @Option(
      names = "--next-base",
      paramLabel = "DIR",
      description =
          "Another base that trainer and serving have as well, so that hydra refit can fit heads to"
              + " it and hydra base --use change to it, without a restart. Default: the one of last"
              + " time, unless --base is given")
  private Path nextBase;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "What a missing base and the simulated LLM learn from, in LaMP's layout (train_* files)."
              + " Default: a sample that this command makes itself")
  private Path data;

  @Option(
      names = "--llm-prior",
      paramLabel = "FILE",
      description =
          "What the simulated LLM learns its prior from, instead of the data; may be repeated")
  private List<Path> priors = List.of();

  @Mixin private PortOptions ports;

  @Option(
      names = "--pass-through",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "${env:HYDRA_GATEWAY_PASS_THROUGH:-false}",
      description =
          "Let the gateway pass chat completions on to the LLM that name no task, or no user")
  private boolean passThrough;

  @Option(
      names = "--canary-interval",
      paramLabel = "TIME",
      defaultValue = "${env:HYDRA_CANARY_INTERVAL}",
      description =
          "Time between two rounds of the canary, a made-up user who goes the whole way: an event,"
              + " a query, an answer that knows of it; 0s for none. Default: 1min with the"
              + " simulated LLM, none with one that costs money")
  private Duration canaryInterval;

  @Option(names = "--json", description = "Print the endpoints as JSON")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = out();
    PrintWriter err = err();
    folder.running().requireStopped();
    List<Path> lastBases = folder.running().bases();
    Optional<Path> last = lastBases.stream().findFirst();
    Path chosen = base == null ? asBefore(last) : base.toAbsolutePath().normalize();
    if (base != null || Files.exists(chosen)) {
      String remedy =
          chosen.equals(trained())
              ? "remove %s and hydra up does it".formatted(trained())
              : "--base DIR starts with another, such as the stack's own in " + trained();
      String unused = version(chosen, base == null ? null : "--base", remedy);
    }
    Path next = nextBase == null ? nextAsBefore(lastBases) : nextBase.toAbsolutePath().normalize();
    String nextRemedy = "--next-base DIR starts with another than last time's, --base DIR without";
    String nextVersion =
        next == null ? null : version(next, nextBase == null ? null : "--next-base", nextRemedy);
    RunningStack.claim(folder.dir());
    TrainingData training = new TrainingData(data, folder.dir());
    LlmSettings llm =
        LlmSettings.from(System.getenv(), priors.isEmpty() ? List.of(training.llmPrior()) : priors);
    StackConfig config =
        StackConfig.defaults(StackFolder.home(), folder.dir())
            .withPorts(ports.ports())
            .withLlm(llm)
            .withNextBase(next)
            .withGateway(new StackConfig.Gateway(passThrough, canaryInterval(llm)));
    try (EmbeddedStack stack = EmbeddedStack.create(config, err::println)) {
      noteBase(last, chosen).ifPresent(err::println);
      noteNext(lastBases, chosen, next).ifPresent(err::println);
      if (config.llm() instanceof LlmSettings.Simulated) {
        err.println("no LLM is configured: a simulated one is started");
      }
      llm.warning().ifPresent(err::println);
      llm.unreachable().ifPresent(err::println);
      new BaseTraining(StackFolder.home(), folder.dir().resolve("logs/base-training.log"))
          .start(stack, chosen, training, llm, err::println);
      stack.detachSupervised(Restarts.FIRST_PAUSE, Restarts.LONGEST_PAUSE);
      if (json) {
        out.println(Json.write(stack.endpoints()));
      } else {
        out.printf("up; endpoints are in %s%n", folder.dir().resolve("endpoints.json"));
        out.printf("status page: %s%n", stack.endpoints().statusUrl());
        out.printf(
            "gateway: %s, a page to try it on, with the key in %s; hydra quickstart shows how%n",
            stack.endpoints().gatewayUrl(), GatewayKey.file(folder.dir()));
        if (next != null) {
          out.printf(
              "bases: %s answers where hydra base shows no other choice, next is %s; hydra refit --base %s fits heads to it, then hydra base --use %s%n",
              BaseFiles.check(chosen).version(), nextVersion, nextVersion, nextVersion);
        }
      }
    }
    return 0;
  }

  private Duration canaryInterval(LlmSettings llm) {
    if (canaryInterval != null) {
      return canaryInterval;
    }
    return llm instanceof LlmSettings.Simulated ? CANARY_INTERVAL : Duration.ZERO;
  }

  /** The base that was served last; the stack's own if there is none, or it is gone. */
  private Path asBefore(Optional<Path> last) {
    return last.filter(Files::exists).orElse(trained());
  }

  /** Null for none: a base that is named is served alone. */
  private Path nextAsBefore(List<Path> last) {
    return base != null || last.size() < 2 || !Files.exists(last.get(1)) ? null : last.get(1);
  }

  private static Optional<String> noteBase(Optional<Path> last, Path chosen) {
    return last.filter(before -> !before.equals(chosen))
        .map(
            before ->
                "serving base %s, last time it was %s: hydra refit fits the users' heads to it"
                    .formatted(chosen, before));
  }

  /** Who chose the next base of last time is answered by another one without it. */
  private static Optional<String> noteNext(List<Path> last, Path chosen, Path next) {
    return last.stream()
        .skip(1)
        .filter(before -> !before.equals(next) && !before.equals(chosen))
        .findFirst()
        .map(
            before -> {
              boolean isThere = Files.isDirectory(before);
              return "the next base of last time, %s, is not started%s: where it was chosen, hydra base --take-back goes back%s"
                  .formatted(
                      before,
                      isThere ? "" : ", since the folder is gone",
                      isThere ? "; hydra up --next-base starts with it" : "");
            });
  }

  /**
   * The version of a base; refuses one that cannot be served before anything is started.
   *
   * @param option that names it; null if it is that of last time, or the stack's own
   * @param remedy for one that nobody named
   * @throws UserException if it is not whole
   */
  private static String version(Path folder, String option, String remedy) {
    if (!Files.isDirectory(folder)) {
      throw new UserException(
          "%s%s: there is no such folder; hydra train-base makes one"
              .formatted(option == null ? "" : option + " ", folder));
    }
    try {
      return BaseFiles.check(folder).version();
    } catch (UserException e) {
      throw option == null
          ? new UserException("%s, or %s".formatted(e.getMessage(), remedy), e)
          : e;
    }
  }

  /** The folder of the base that this command trains. */
  private Path trained() {
    return folder.dir().resolve("base");
  }

  /** Fixed ports. */
  static final class PortOptions {
    @Option(
        names = "--broker-port",
        paramLabel = "PORT",
        converter = PortConverter.class,
        defaultValue = "${env:HYDRA_BROKER_PORT:-0}",
        description =
            "Kafka; 0 takes that of the last stack here, or a free one. Default: ${DEFAULT-VALUE}")
    private int broker;

    @Option(
        names = "--registry-port",
        paramLabel = "PORT",
        converter = PortConverter.class,
        defaultValue = "${env:HYDRA_REGISTRY_PORT:-0}",
        description = "Schema registry; 0 likewise. Default: ${DEFAULT-VALUE}")
    private int registry;

    @Option(
        names = "--gateway-port",
        paramLabel = "PORT",
        converter = PortConverter.class,
        defaultValue = "${env:HYDRA_GATEWAY_PORT:-0}",
        description = "HTTP gateway; 0 likewise. Default: ${DEFAULT-VALUE}")
    private int gateway;

    Map<Component, Integer> ports() {
      return Map.of(
          Component.BROKER, broker,
          Component.REGISTRY, registry,
          Component.GATEWAY, gateway);
    }
  }
}
