package io.hydra.model.head;

import java.util.List;

/**
 * How a user's own part is fitted.
 *
 * @param precisions of the priors that δ is fitted under; δ = 0 takes part as well
 * @param replay newest examples that are used
 * @param decay an example's weight falls by this factor with each newer one
 * @param lossDecay log losses fall by this factor with each newer example
 */
public record FitSettings(List<Double> precisions, int replay, double decay, double lossDecay) {
  public static final FitSettings DEFAULT =
      new FitSettings(List.of(10.0, 30.0, 300.0), 64, 0.98, 0.97);

  public FitSettings {
    precisions = List.copyOf(precisions);
  }

  /** The same without forgetting inside the replay: for comparison. */
  public FitSettings withoutForgetting() {
    return new FitSettings(precisions, replay, 1, 1);
  }
}
