package io.hydra.evaluation.paper;

/**
 * Settings of a {@link PaperScorer}. Epochs of stage 1, batch, weight decay and dropout are those
 * of the released code.
 *
 * @param z length of the base's output
 * @param epochs of stage 1, base and training users' heads together
 * @param baseLearningRate of stage 1, falling linearly to 0
 * @param headLearningRate of stage 2, falling linearly to 0
 * @param headEpochs of stage 2
 * @param batch rows per step: of all users in stage 1, of each user in stage 2
 * @param weightDecay decoupled from the gradient (AdamW)
 * @param dropout share of z and of the hidden layer that is left out in training, never in scoring
 * @param optionOneHot whether the base sees which option of a closed set the candidate is
 */
public record PaperConfig(
    int z,
    int epochs,
    float baseLearningRate,
    float headLearningRate,
    int headEpochs,
    int batch,
    float weightDecay,
    float dropout,
    boolean optionOneHot) {
  /**
   * Rates and epochs of stage 2 for the paper's benefit: chosen by the adapter's answers on a part
   * of four tasks' training users, never on dev users. With the paper's own two epochs and a tenth
   * of this rate a head barely leaves its random start.
   */
  public static final PaperConfig DEFAULT =
      new PaperConfig(64, 2, 1e-2f, 1e-2f, 30, 64, 0.01f, 0.1f, true);

  public PaperConfig {
    require(z > 0, "z", z, "1 or more");
    require(epochs >= 0, "epochs", epochs, "0 or more");
    require(headEpochs >= 0, "headEpochs", headEpochs, "0 or more");
    require(baseLearningRate > 0, "baseLearningRate", baseLearningRate, "above 0");
    require(headLearningRate > 0, "headLearningRate", headLearningRate, "above 0");
    require(batch > 0, "batch", batch, "1 or more");
    require(weightDecay >= 0, "weightDecay", weightDecay, "0 or more");
    require(dropout >= 0 && dropout < 1, "dropout", dropout, "0 or more and below 1");
  }

  private static void require(boolean holds, String name, Object value, String wanted) {
    if (!holds) {
      throw new IllegalArgumentException(
          "hydra-paper: %s is %s; give %s".formatted(name, value, wanted));
    }
  }
}
