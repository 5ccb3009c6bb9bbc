package io.hydra.infra.cli;

import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;
import picocli.CommandLine.Option;

/** Options that name a user; a picocli mixin. */
class UserOptions {
  static final String DEFAULT_TENANT = "demo";

  @Option(names = "--user", required = true, paramLabel = "U", description = "User id")
  private String user;

  @Option(
      names = "--tenant",
      defaultValue = DEFAULT_TENANT,
      description = "Tenant of the user. Default: ${DEFAULT-VALUE}")
  private String tenant;

  final UserKey user() {
    return new UserKey(tenant, user);
  }

  /** A user in one task. */
  static final class InTask extends UserOptions {
    @Option(names = "--task", required = true, paramLabel = "T", description = "Task id")
    private String task;

    String task() {
      if (!EventRules.isTaskId(task)) {
        throw new IllegalArgumentException(
            "--task must be 1 to 64 letters, digits, '.', '_' or '-'");
      }
      return task;
    }
  }
}
