package io.hydra.model.encoder;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Trains an encoder, and for each closed task the matrix of its options, on pairs (input, the
 * user's output) of all tasks at once. Closed tasks: cross-entropy of the options given the input's
 * vector times the matrix. Open text: each input must find its own output among the batch's
 * (InfoNCE).
 *
 * <p>The built-in encoder learns with the matrices; any other is frozen, and the matrices alone are
 * fitted to its vectors. With held-back pairs the best epoch counts, not the last one. One thread,
 * seeded: the same pairs give the same weights.
 */
public final class EncoderTrainer {
  private final Encoder encoder;
  private final long seed;

  public EncoderTrainer(Encoder encoder, long seed) {
    this.encoder = encoder;
    this.seed = seed;
  }

  /**
   * Training pairs of one task.
   *
   * @param inputs texts
   * @param outputs the users' own outputs, one per input
   * @param options closed set, or empty for open text; every output of a closed task is one of them
   */
  public record TaskPairs(List<String> inputs, List<String> outputs, List<String> options) {
    /**
     * @throws IllegalArgumentException if inputs and outputs, or outputs and options, do not fit
     */
    public TaskPairs {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      options = List.copyOf(options);
      if (inputs.size() != outputs.size()) {
        throw new IllegalArgumentException(
            "%d inputs have %d outputs".formatted(inputs.size(), outputs.size()));
      }
      if (!options.isEmpty() && !options.containsAll(outputs)) {
        throw new IllegalArgumentException("an output of a closed task is none of its options");
      }
    }

    boolean isClosed() {
      return !options.isEmpty();
    }

    /** The place of a pair's output among the options. */
    int label(int pair) {
      return options.indexOf(outputs.get(pair));
    }
  }

  /** Told after each epoch. */
  @FunctionalInterface
  public interface Progress {
    /**
     * @param of epochs at most
     * @param loss mean over the epoch's batches
     * @param heldBackLoss mean over the held-back pairs, or NaN if there are none
     */
    void epoch(int epoch, int of, double loss, double heldBackLoss);
  }

  /**
   * @param options for each closed task, options × dimensions: an option's score is its dot product
   *     with the input's vector
   * @param bestEpoch the one that counts; without held-back pairs the last one
   */
  public record Trained(Map<String, float[][]> options, int bestEpoch) {}

  /**
   * @param tasks pairs by task id
   * @param heldBack pairs that are not learned from, of users that are not learned from, by task
   *     id; empty: the last epoch counts
   * @param patience stop after this many epochs without a smaller loss on the held-back pairs
   * @throws IllegalArgumentException if held-back pairs are not of one of the tasks
   */
  public Trained train(
      Map<String, TaskPairs> tasks,
      Map<String, TaskPairs> heldBack,
      int maxEpochs,
      int patience,
      Progress progress) {
    requireTrained(heldBack, tasks);
    Map<String, TaskPairs> taught = new TreeMap<>(tasks);
    Map<String, TaskPairs> asked = new TreeMap<>(heldBack);
    if (!(encoder instanceof BuiltInEncoder)) {
      taught.values().removeIf(pairs -> !pairs.isClosed());
      asked.values().removeIf(pairs -> !pairs.isClosed());
    }
    taught.values().removeIf(pairs -> pairs.inputs().isEmpty() && !pairs.isClosed());
    asked.values().removeIf(pairs -> pairs.inputs().isEmpty());
    if (taught.isEmpty()) {
      return new Trained(Map.of(), maxEpochs);
    }
    try (Training training = Training.of(encoder, taught, asked)) {
      Random random = new Random(seed);
      double best = Double.POSITIVE_INFINITY;
      int bestEpoch = maxEpochs;
      int sinceBest = 0;
      for (int epoch = 1; epoch <= maxEpochs && sinceBest < patience; epoch++) {
        double loss = training.learn(random);
        double heldBackLoss = asked.isEmpty() ? Double.NaN : training.heldBackLoss();
        progress.epoch(epoch, maxEpochs, loss, heldBackLoss);
        if (heldBackLoss < best) {
          best = heldBackLoss;
          bestEpoch = epoch;
          sinceBest = 0;
          training.keep();
        } else if (!asked.isEmpty()) {
          sinceBest++;
        }
      }
      training.restore();
      return new Trained(training.options(), bestEpoch);
    }
  }

  private static void requireTrained(
      Map<String, TaskPairs> heldBack, Map<String, TaskPairs> tasks) {
    heldBack.forEach(
        (id, pairs) -> {
          if (!tasks.containsKey(id) || !tasks.get(id).options().equals(pairs.options())) {
            throw new IllegalArgumentException(
                "held-back pairs of %s are not of a task that is trained".formatted(id));
          }
        });
  }
}
