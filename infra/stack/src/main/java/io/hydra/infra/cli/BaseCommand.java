package io.hydra.infra.cli;

import io.hydra.infra.output.TerminalText;
import io.hydra.model.base.BaseFiles;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.store.BaseChoices;
import io.hydra.schemas.user.UserKey;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says and changes which base answers. */
@Command(
    name = "base",
    description = {
      "Show which base answers which tenant, or choose one; serving follows within seconds, without"
          + " a restart.",
      "Serving must have the base (--base OLD,NEW), and heads should be there: hydra refit. Where"
          + " nothing was chosen, the first base of --base answers."
    },
    exitCodeList = {"0:done", "1:failed", "2:wrong usage"})
final class BaseCommand extends HydraCommand {
  private static final Pattern VERSION = Pattern.compile("b[0-9a-f]{12}");

  @Mixin private DeploymentOptions where;

  @Option(
      names = "--use",
      paramLabel = "DIR|VERSION",
      description = "Answer with this base, by its folder or its version, from now on")
  private String use;

  @Option(names = "--take-back", description = "Forget the choice, for --tenant or for all others")
  private boolean takeBack;

  @Option(names = "--tenant", paramLabel = "T", description = "Only for this tenant")
  private String tenant;

  @Option(names = "--json", description = "Print the choices as JSON, by tenant; * is all others")
  private boolean json;

  @Override
  public Integer call() {
    if (use != null && takeBack) {
      throw wrongUsage("--use and --take-back exclude each other");
    }
    if (tenant != null && !UserKey.isTenant(tenant)) {
      throw wrongUsage("--tenant must be 1 to 64 letters, digits, '.', '_' or '-'");
    }
    if (tenant != null && use == null && !takeBack) {
      throw wrongUsage("--tenant goes with --use or --take-back");
    }
    Deployment deployment = where.deployment();
    String whose = tenant == null ? BaseChoices.ANY : tenant;
    if (use != null) {
      String version = version(use, deployment);
      requireKnown(version, deployment);
      deployment.announce("choosing a base in", err());
      deployment.chooseBase(whose, version);
    } else if (takeBack) {
      deployment.announce("taking back a choice in", err());
      String before = deployment.bases().byTenant().get(whose);
      deployment.takeBackBase(whose);
      String named = tenant == null ? "all others" : tenant;
      if (before == null) {
        note("no base was chosen for %s: nothing to take back", named);
      } else {
        note("%s was chosen for %s and no longer is", TerminalText.line(before), named);
      }
    }
    print(deployment.bases());
    return 0;
  }

  /**
   * Refuses a version that nobody has heads of, for it may be mistyped, and warns of one that was
   * read from a base's folder, which cannot be.
   */
  private void requireKnown(String version, Deployment deployment) {
    boolean served = deployment.base().filter(base -> base.version().equals(version)).isPresent();
    if (served || deployment.hasHeadsOf(version)) {
      return;
    }
    if (use.equals(version)) {
      throw new UserException(
          "nobody has heads of base %s: check the version; if it is right, fit them first (hydra refit --base %s), or name the base by its folder"
              .formatted(version, version));
    }
    err()
        .printf(
            "warning: nobody has heads of base %s: whom it answers gets what the population would, until hydra refit --base %s%n",
            version, version);
  }

  private void print(BaseChoices choices) {
    if (json) {
      json(new TreeMap<>(choices.byTenant()));
      return;
    }
    if (choices.byTenant().isEmpty()) {
      out().println("no base was chosen: the first of serving's --base answers everybody");
    }
    new TreeMap<>(choices.byTenant())
        .forEach(
            (whose, version) ->
                say(
                    "%-20s base %s",
                    whose.equals(BaseChoices.ANY) ? "all others" : TerminalText.line(whose),
                    TerminalText.line(version)));
  }

  /**
   * The version that a person names.
   *
   * @param base its folder or the version itself; null for the embedded stack's
   * @throws UserException if it is a folder and not a base, or null elsewhere
   */
  static String version(String base, Deployment deployment) {
    if (base == null) {
      return deployment
          .base()
          .map(BaseFiles.Checked::version)
          .orElseThrow(() -> new UserException("--base is needed: a base's folder or version"));
    }
    try {
      Path folder = Path.of(base);
      if (Files.isDirectory(folder)) {
        return BaseFiles.check(folder).version();
      }
      if (VERSION.matcher(base).matches()) {
        return base;
      }
      throw new UserException(
          "%s is neither a folder nor a base's version, which is such as b0123456789ab"
              .formatted(TerminalText.line(base)));
    } catch (InvalidPathException e) {
      throw new UserException("%s is neither a folder nor a version".formatted(base), e);
    }
  }
}
