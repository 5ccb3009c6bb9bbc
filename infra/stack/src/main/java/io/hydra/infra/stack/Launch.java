package io.hydra.infra.stack;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How one component is started and known to be ready.
 *
 * @param environment added to the launcher's own
 * @param withheld variables of the launcher that it must not see
 */
record Launch(
    Component component,
    List<String> command,
    Map<String, String> environment,
    Set<String> withheld,
    Probe probe) {}
