package io.hydra.infra.stack;

import io.hydra.infra.supervise.Plan;
import java.util.HashMap;
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
    Probe probe) {
  /** The same with further variables, which win over its own. */
  Launch with(Map<String, String> further) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(further);
    return new Launch(component, command, Map.copyOf(all), withheld, probe);
  }

  /** The same, known to be ready by another question. */
  Launch with(Probe other) {
    return new Launch(component, command, environment, withheld, other);
  }

  /** Its entry in the supervisor's plan, which starts it again without this launcher. */
  Plan.Entry entry() {
    return new Plan.Entry(component.id(), command, environment, withheld);
  }
}
