package io.hydra.evaluation.privacy;

import io.hydra.model.DeviceHead;
import io.hydra.model.head.Privacy;
import java.util.random.RandomGenerator;

/** The heads that are compared, from none of the user's own to the one that serves. */
enum Export {
  POPULATION("none: the population's"),
  EPSILON_1(1),
  EPSILON_8(8),
  EPSILON_64(64),
  EPSILON_512(512),
  EPSILON_4096(4096),
  CLIPPED("clipped, no noise"),
  SERVED("as it serves");

  private final String label;
  private final Privacy privacy;

  Export(String label) {
    this.label = label;
    this.privacy = new Privacy(Double.POSITIVE_INFINITY);
  }

  Export(double epsilon) {
    this.label = "epsilon %.0f".formatted(epsilon);
    this.privacy = new Privacy(Privacy.rho(epsilon));
  }

  String label() {
    return label;
  }

  Privacy privacy() {
    return privacy;
  }

  /**
   * The head that leaves the house.
   *
   * @param head as it serves
   * @param population the same without the user's own part
   */
  DeviceHead of(DeviceHead head, DeviceHead population, RandomGenerator random) {
    return switch (this) {
      case POPULATION -> population;
      case SERVED -> head;
      default -> head.makePrivate(privacy, random);
    };
  }
}
