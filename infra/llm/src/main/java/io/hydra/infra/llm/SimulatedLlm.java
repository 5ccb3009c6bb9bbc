package io.hydra.infra.llm;

import io.hydra.infra.llm.Faults.Fault;
import io.hydra.infra.llm.Faults.FaultSettings;
import io.hydra.infra.llm.model.Prior;
import io.hydra.infra.llm.model.Prior.PriorPair;
import io.hydra.infra.llm.model.Prior.PriorReader;
import io.hydra.infra.llm.model.Prior.PriorReader.PriorFile;
import io.hydra.infra.llm.model.SimulatedModel;
import io.hydra.infra.llm.model.SimulatedModel.Models;
import io.hydra.runtime.option.OpsOptions;
import io.hydra.runtime.option.PortConverter;
import io.hydra.runtime.service.Program;
import io.hydra.runtime.service.Service;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A simulation of a black-box LLM behind OpenAI's chat completions, for runs without a key.
 *
 * <p><b>What it is.</b> A small statistical model that answers from the messages of the request
 * alone; it knows nothing of users. For closed options: softmax regression over the words, learned
 * at start from sample text, which the examples in the messages move, similar and surprising ones
 * most (stars are options like others: a harsh shopper's examples move the level). For open text: a
 * line made of the telling words of the input and of words of the examples' titles, similar ones
 * most, in the style of the examples, with the beginnings and endings that several of them share.
 * It also writes and reads short descriptions of a person ({@link
 * io.hydra.infra.llm.model.PersonProfile}). Answers are drawn at the request's temperature; the
 * same seed and messages give the same answers.
 *
 * <p><b>What a figure measured on it says.</b> Whether the way from events to prompts and answers
 * works, what it costs in calls, tokens and time, and whether one way of choosing examples or among
 * candidates is better than another <em>for a model that follows similar examples</em>, is misled
 * by misleading ones, and has better answers among its samples than its first.
 *
 * <p><b>What it does not say.</b> How good any real LLM would be, how long a real one takes, or how
 * large a gain would be with it. It understands nothing, its titles are word salad, and it favours
 * examples that share words by construction, so retrieval by words is near its best here. Sample
 * text from the users that are measured would make it look too good: keep them apart, with a prior
 * per fold if need be. The formulae, the constants and what it does per task stand in
 * docs/simulated-llm.md.
 *
 * <p>Tokens are counted by one rule: every run of letters and digits and every other sign is one.
 *
 * <p>Says {@code listening on http://127.0.0.1:PORT/v1} on stdout. Exit codes: 1 it cannot start, 2
 * wrong usage.
 */
@Command(
    name = "hydra-simulated-llm",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "A simulated, OpenAI-compatible LLM on 127.0.0.1. Not a real model.")
public final class SimulatedLlm implements Callable<Integer> {
  private static final String LOGBACK = "logback.configurationFile";

  static {
    // Under a name of its own: the evaluator and the launcher have this module on their class
    // paths.
    if (System.getProperty(LOGBACK) == null) {
      System.setProperty(LOGBACK, "llm-logback.xml");
    }
  }

  private static final Logger log = LoggerFactory.getLogger(SimulatedLlm.class);

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      defaultValue = "${env:HYDRA_LLM_PORT:-0}",
      converter = PortConverter.class,
      description = "Port; 0 picks a free one. Default: ${DEFAULT-VALUE}")
  private int port;

  @Option(
      names = "--prior",
      split = ",",
      paramLabel = "[NAME=]FILE",
      defaultValue = "${env:HYDRA_LLM_PRIOR:-" + Option.NULL_VALUE + "}",
      description =
          "JSON lines {\"task\", \"input\", \"output\"} to learn from; repeatable. With a NAME,"
              + " requests for the model hydra-simulated-llm-NAME are answered from it. Default:"
              + " none")
  private List<String> priorFiles;

  @Option(
      names = "--evidence",
      paramLabel = "FACTOR",
      defaultValue = "${env:HYDRA_LLM_EVIDENCE:-1}",
      description = "How much an example of the messages counts. Default: ${DEFAULT-VALUE}")
  private double evidence;

  @Option(
      names = "--seed",
      defaultValue = "${env:HYDRA_LLM_SEED:-1}",
      description = "For requests without a seed, and for faults. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Mixin private FaultOptions faultOptions;

  @Mixin private OpsOptions ops;

  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return Program.run(new SimulatedLlm(), args);
  }

  @Override
  public Integer call() throws Exception {
    FaultSettings settings;
    try {
      settings = faultOptions.settings();
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    // Before the operator's server, which is one of the JDK's, too.
    LlmServer.setUpHttp();
    return Service.run("simulated-llm", ops, service -> serve(service, settings));
  }

  private void serve(Service service, FaultSettings settings) throws InterruptedException {
    Models models = learn(priorFiles == null ? List.of() : priorFiles);
    LlmServer server;
    try {
      server =
          service.own(
              LlmServer.start(port, models, new Faults(settings, seed), Clock.systemUTC(), seed));
    } catch (IOException e) {
      throw new UserException(
          "port %d on 127.0.0.1 is taken (%s); choose another or 0 for a free one"
              .formatted(port, e.getMessage()),
          e);
    }
    log.info("simulated LLM, {}", settings);
    PrintWriter out = spec.commandLine().getOut();
    out.println("listening on " + server.baseUrl());
    out.flush();
    service.ready();
    service.awaitStop();
  }

  private Models learn(List<String> files) {
    Map<String, List<Path>> byName = new TreeMap<>();
    for (String text : files) {
      PriorFile file = PriorFile.parse(text);
      byName.computeIfAbsent(file.name(), n -> new ArrayList<>()).add(file.file());
    }
    if (byName.isEmpty()) {
      byName.put("", List.of());
    }
    Map<String, SimulatedModel> models = new TreeMap<>();
    byName.forEach(
        (name, paths) -> {
          List<PriorPair> pairs = PriorReader.read(paths);
          models.put(name, new SimulatedModel(Prior.learn(pairs), evidence));
          log.info(
              "model {}: {} pairs of sample text", name.isEmpty() ? "plain" : name, pairs.size());
        });
    return Models.named(models);
  }

  /** The faults to start with; {@code POST /admin/faults} changes them while the server runs. */
  static final class FaultOptions {
    @Option(
        names = "--latency-ms",
        defaultValue = "${env:HYDRA_LLM_LATENCY_MS:-0}",
        description = "Milliseconds added to every answer. Default: ${DEFAULT-VALUE}")
    private long latencyMs;

    @Option(
        names = "--latency-jitter-ms",
        defaultValue = "${env:HYDRA_LLM_LATENCY_JITTER_MS:-0}",
        description = "Up to so many milliseconds more. Default: ${DEFAULT-VALUE}")
    private long latencyJitterMs;

    @Option(
        names = "--fault",
        split = ",",
        paramLabel = "KIND=RATE",
        defaultValue = "${env:HYDRA_LLM_FAULTS:-" + Option.NULL_VALUE + "}",
        description =
            "Share of the calls, 0 to 1, that end as KIND: busy (429), error (500), garbage (not"
                + " JSON), empty (no text), fewer (half of the choices), filtered, window (prompt"
                + " too long), hang, drip (byte by byte), cut (in the answer), drop (before it)."
                + " Repeatable. Default: none")
    private Map<Fault.Kind, Double> rates;

    @Option(
        names = "--retry-after-seconds",
        defaultValue = "${env:HYDRA_LLM_RETRY_AFTER_SECONDS:-1}",
        description = "Retry-After of the 429 answers, seconds; 0: none. Default: ${DEFAULT-VALUE}")
    private long retryAfterSeconds;

    FaultSettings settings() {
      return new FaultSettings(
          latencyMs, latencyJitterMs, rates == null ? Map.of() : rates, retryAfterSeconds);
    }
  }
}
