package io.hydra.infra.cli;

import io.hydra.infra.output.Json;
import io.hydra.infra.stack.Endpoints;
import io.hydra.infra.stack.GatewayKey;
import io.hydra.model.task.TaskSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Snippets that work with the stack that runs. */
@Command(
    name = "quickstart",
    description = {
      "Print what an app does, ready to run against this stack: its ports and the key are in it.",
      "With --only the snippet alone is printed, for a file or a shell: hydra quickstart --only"
          + " curl | sh"
    })
final class QuickstartCommand extends HydraCommand {
  @Mixin private StackFolder folder;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      description = "One of ${COMPLETION-CANDIDATES}, in any case")
  private Snippet only;

  @Option(
      names = "--task",
      paramLabel = "ID",
      description = "The task to ask for. Default: one that the stack's base was trained on")
  private String task;

  /** Languages, with the files that hold them. */
  enum Snippet {
    CURL("curl.sh"),
    PYTHON("python.py"),
    NODE("node.mjs"),
    JAVA("Quickstart.java"),
    SPRING("SpringQuickstart.java"),
    KCAT("kcat.sh");

    private final String file;

    Snippet(String file) {
      this.file = file;
    }

    /** The name of the file that it belongs in. */
    String file() {
      return file;
    }

    /**
     * The snippet with a stack's addresses.
     *
     * @param options of the task; empty for open text
     */
    String text(Endpoints endpoints, String key, String task, List<String> options) {
      int third = (options.size() - 1) / 3;
      String output = options.isEmpty() ? "Dull soon" : options.get(third);
      String edit = options.isEmpty() ? "In tune" : options.get(options.size() - 1 - third);
      // A review fits stars and a headline; of other options a text that names one is of the task.
      boolean named = options.stream().anyMatch(option -> !option.matches("\\d+"));
      try (InputStream in = QuickstartCommand.class.getResourceAsStream("quickstart/" + file)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .replace("@GATEWAY@", endpoints.gatewayUrl())
            .replace("@KEY@", key)
            .replace("@TASK@", task)
            .replace(
                "@PAST@",
                quote(named ? "All about " + output : "The strings went dull within a week."))
            .replace("@INPUT@", quote(named ? "All about " + edit : "Stays in tune for weeks."))
            .replace("@OUTPUT@", quote(output))
            .replace("@EDIT@", quote(edit))
            .replace("@BROKER@", endpoints.bootstrapServers())
            .replace("@REGISTRY@", endpoints.schemaRegistryUrl());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** As JSON within a shell's single quotes, which Java, JavaScript and Python read alike. */
    private static String quote(String text) {
      return Json.write(text).replace("'", "\\u0027");
    }
  }

  @Override
  public Integer call() {
    Endpoints endpoints = folder.running().endpoints();
    Deployment deployment = Deployment.of(folder.running());
    String id =
        Optional.ofNullable(task)
            .or(() -> deployment.base().map(each -> each.bestFirst().get(0).id()))
            .orElseThrow(() -> wrongUsage("--task is needed: the stack's base is gone"));
    List<String> options =
        deployment
            .catalogue()
            .flatMap(each -> each.find(id))
            .map(TaskSpec::options)
            .orElse(List.of());
    String key = GatewayKey.read(folder.dir());
    if (only != null) {
      out().print(only.text(endpoints, key, id, options));
      out().flush();
      return 0;
    }
    for (Snippet snippet : Snippet.values()) {
      say("----- %s -----", snippet.name().toLowerCase(Locale.ROOT));
      out().println(snippet.text(endpoints, key, id, options));
    }
    say("The API: %s/openapi.json", endpoints.gatewayUrl());
    say("A page to try it on: %s", endpoints.gatewayUrl());
    return 0;
  }
}
