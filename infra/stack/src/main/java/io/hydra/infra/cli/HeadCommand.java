package io.hydra.infra.cli;

import io.hydra.infra.output.PrivateFiles;
import io.hydra.model.DeviceHead;
import io.hydra.model.DeviceHeadCodec;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.head.Privacy;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.store.BaseChoices;
import io.hydra.schemas.store.HeadExport;
import io.hydra.schemas.store.Histories;
import io.hydra.schemas.store.PrivacyLedger;
import io.hydra.schemas.user.UserKey;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import redis.clients.jedis.UnifiedJedis;

/** Exports a user's head for a device. */
@Command(
    name = "head",
    description = {
      "Write a user's head of a closed task as a file that a device can choose with by itself:"
          + " docs/device.md.",
      "With --epsilon it is differentially private: noise hides whether any event, or all of them,"
          + " was in the history, and the user's exports are accounted for in Redis, together and"
          + " for ever."
    })
final class HeadCommand extends HydraCommand {
  @Mixin private DeploymentOptions where;
  @Mixin private UserOptions.InTask who;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE",
      description = "The file; it is replaced")
  private Path to;

  @Option(
      names = "--base",
      paramLabel = "DIR",
      description = "Folder of the base. Default: the one that hydra up serves")
  private Path base;

  @Option(
      names = "--epsilon",
      paramLabel = "E",
      description =
          "What all private exports of this user together may tell (delta is 1e-5). Default: the"
              + " head as it serves, without noise")
  private Double epsilon;

  @Option(
      names = "--exports",
      paramLabel = "N",
      description = "Of --epsilon, this export takes one of N equal parts. Default: 1")
  private Integer exports;

  /** Beyond these ε hides nothing, or leaves nothing. */
  private static final double LEAST_EPSILON = 0.001;

  private static final double MOST_EPSILON = 1e6;
  private static final int MOST_EXPORTS = 1000;

  private static final String NOTHING_LOST = "nothing was written, try again";

  @Override
  public Integer call() {
    if (epsilon != null && !(epsilon >= LEAST_EPSILON && epsilon <= MOST_EPSILON)) {
      throw wrongUsage("--epsilon must be 0.001 to 1000000");
    }
    if (exports != null && (epsilon == null || exports < 1 || exports > MOST_EXPORTS)) {
      throw wrongUsage("--exports must be 1 to 1000, and goes with --epsilon");
    }
    UserKey user = who.user();
    Deployment deployment = where.deployment();
    Path folder =
        base != null
            ? base
            : deployment
                .baseFolder()
                .orElseThrow(() -> new UserException("--base is needed: a base's folder"));
    BaseFiles.Part part = BaseFiles.read(folder, who.task());
    return deployment.ask(redis -> export(redis, user, part));
  }

  private int export(UnifiedJedis redis, UserKey user, BaseFiles.Part part) {
    BaseChoices.read(redis)
        .of(user.tenant())
        .filter(answering -> !answering.equals(part.version()))
        .ifPresent(
            answering ->
                note(
                    "base %s answers %s, and this is of %s: --base names its folder",
                    answering, user.tenant(), part.version()));
    HeadExport export = new HeadExport(redis, user, who.task(), part.version());
    DeviceHead head = DeviceHead.of(part, export.heads().adapter());
    if (export.heads().adapter().members().isEmpty()) {
      requireRemembered(redis, user, who.task());
      String none = "%s has no head of base %s yet".formatted(user, part.version());
      if (epsilon != null) {
        throw new UserException(none + ": nothing was written, nor spent");
      }
      note("%s: it is the population's", none);
    }
    try {
      PrivateFiles.write(
          to,
          () -> {
            if (epsilon == null) {
              verify(export, user, NOTHING_LOST);
              return DeviceHeadCodec.encode(head);
            }
            return DeviceHeadCodec.encode(
                leaving(
                    export,
                    user,
                    "nothing was written, but its part of --epsilon is spent",
                    () -> makePrivate(head, user, redis)));
          });
    } catch (UncheckedIOException e) {
      throw new UserException("%s cannot be written: %s".formatted(to, e.getMessage()), e);
    }
    note("of base %s, in %s", part.version(), to);
    return 0;
  }

  /** Of a user without a head it is the population's; of one who is not known, a wrong name. */
  static void requireRemembered(UnifiedJedis redis, UserKey user, String task) {
    if (new Histories(redis).read(user, task).items().isEmpty()) {
      throw new UserException(
          "nothing is remembered of %s in %s, so nothing was written: check --user, --tenant and --task"
              .formatted(user, task));
    }
  }

  /**
   * Makes what costs something to make, if the head may leave, both before, while nothing is spent,
   * and after.
   *
   * @param lost the end of a refusal once it is made
   */
  static <T> T leaving(HeadExport export, UserKey user, String lost, Supplier<T> make) {
    verify(export, user, NOTHING_LOST);
    T made = make.get();
    verify(export, user, lost);
    return made;
  }

  private static void verify(HeadExport export, UserKey user, String lost) {
    if (!export.mayLeave()) {
      throw new UserException(
          "%s was forgotten, and the head may be from before: %s".formatted(user, lost));
    }
  }

  private DeviceHead makePrivate(DeviceHead head, UserKey user, UnifiedJedis redis) {
    double most = Privacy.rho(epsilon);
    Privacy privacy = new Privacy(most / (exports == null ? 1 : exports));
    if (!PrivacyLedger.spend(redis, user, privacy.rho(), most)) {
      throw new UserException(
          "%s has been exported as often as --epsilon %s allows: what was written stays in use"
              .formatted(user, epsilon));
    }
    return head.makePrivate(privacy, new SecureRandom());
  }
}
