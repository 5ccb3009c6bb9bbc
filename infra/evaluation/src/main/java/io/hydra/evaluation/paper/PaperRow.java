package io.hydra.evaluation.paper;

/**
 * One pair with its label.
 *
 * @param query its vector
 * @param candidate vector of the candidate, or of the history item's input
 * @param option the candidate's index among the closed set's options, or -1
 * @param positive the label; ignored where pairs are scored
 */
public record PaperRow(float[] query, float[] candidate, int option, boolean positive) {

  /**
   * The base's view of a pair: the two vectors, their product number by number and, if asked for,
   * the candidate's option as one-hot. Nothing of the history: in the paper, what is known of the
   * user sits in the head alone.
   *
   * @param dimensions of a text's vector
   * @param options size of the closed set; 0 leaves the one-hot out
   */
  record PairInput(int dimensions, int options) {
    int length() {
      return 3 * dimensions + options;
    }

    /**
     * @throws IllegalArgumentException if the pair is of another encoder or closed set
     */
    float[] of(PaperRow row) {
      if (row.query().length != dimensions || row.candidate().length != dimensions) {
        throw new IllegalArgumentException(
            "a pair's vectors have %d and %d dimensions, the scorer was made for %d; use one encoder"
                .formatted(row.query().length, row.candidate().length, dimensions));
      }
      float[] input = new float[length()];
      for (int i = 0; i < dimensions; i++) {
        input[i] = row.query()[i];
        input[dimensions + i] = row.candidate()[i];
        input[2 * dimensions + i] = row.query()[i] * row.candidate()[i];
      }
      if (options > 0 && row.option() >= 0) {
        if (row.option() >= options) {
          throw new IllegalArgumentException(
              "option %d of a closed set of %d; use the task's own index"
                  .formatted(row.option(), options));
        }
        input[3 * dimensions + row.option()] = 1;
      }
      return input;
    }
  }
}
