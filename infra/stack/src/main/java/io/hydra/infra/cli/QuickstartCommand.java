package io.hydra.infra.cli;

import io.hydra.infra.stack.Endpoints;
import io.hydra.infra.stack.GatewayKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
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
      defaultValue = "LaMP_3",
      description = "The task to ask for. Default: ${DEFAULT-VALUE}")
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

    /** The snippet with a stack's addresses. */
    String text(Endpoints endpoints, String key, String task) {
      try (InputStream in = QuickstartCommand.class.getResourceAsStream("quickstart/" + file)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .replace("@GATEWAY@", endpoints.gatewayUrl())
            .replace("@KEY@", key)
            .replace("@TASK@", task)
            .replace("@BROKER@", endpoints.bootstrapServers())
            .replace("@REGISTRY@", endpoints.schemaRegistryUrl());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public Integer call() {
    Endpoints endpoints = folder.running().endpoints();
    String key = GatewayKey.read(folder.dir());
    if (only != null) {
      out().print(only.text(endpoints, key, task));
      out().flush();
      return 0;
    }
    for (Snippet snippet : Snippet.values()) {
      say("----- %s -----", snippet.name().toLowerCase(Locale.ROOT));
      out().println(snippet.text(endpoints, key, task));
    }
    say("The API: %s/openapi.json", endpoints.gatewayUrl());
    say("A page to try it on: %s", endpoints.gatewayUrl());
    return 0;
  }
}
