package io.hydra.evaluation.run;

import io.hydra.datasets.lamp.LampUser;
import java.util.List;

/**
 * One base and whom it is measured on.
 *
 * @param name for progress
 * @param base the users whom the base learns from
 * @param measured the users who are asked; none of them is in {@code base}
 * @param llmModel the model that the endpoint is asked for
 */
public record Round(String name, List<LampUser> base, List<LampUser> measured, String llmModel) {
  public Round {
    base = List.copyOf(base);
    measured = List.copyOf(measured);
  }
}
