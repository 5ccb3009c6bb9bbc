package io.hydra.serving;

import io.hydra.llm.OpenAiLlm;
import io.hydra.runtime.option.OpsOptions;
import io.hydra.runtime.service.Program;
import io.hydra.runtime.service.Service;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Answers queries until it is told to stop. */
@Command(
    name = "serving",
    mixinStandardHelpOptions = true,
    description = "Answers the queries of hydra.queries, each in its user's own way.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:stopped as asked (143 or 130 if by a signal)",
      "1:could not start, or could not go on",
      "2:usage"
    })
public final class ServingMain implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(ServingMain.class);

  @Mixin private ServingOptions options;

  @Mixin private OpsOptions ops;

  public static void main(String[] args) {
    // The model's engine would look for newer natives and report its use.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return Program.commandLine(new ServingMain());
  }

  @Override
  public Integer call() throws Exception {
    return Service.run("serving", ops, this::serve);
  }

  private void serve(Service service) throws InterruptedException {
    Serving serving = new Serving(options, OpenAiLlm.apiKey(System.getenv()), service);
    service.onStop(serving.loop::stop);
    service.health().require("queries are not read", serving.loop::isPolling);
    log.info(
        "ready: base {}, LLM {}",
        String.join(" and base ", serving.baseVersions),
        options.llmModel);
    service.ready();
    serving.loop.run();
  }
}
