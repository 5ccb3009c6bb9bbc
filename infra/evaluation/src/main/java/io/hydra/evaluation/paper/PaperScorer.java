package io.hydra.evaluation.paper;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.hydra.evaluation.paper.HeadFitting.Evidence;
import io.hydra.evaluation.paper.Network.BaseWeights;
import io.hydra.evaluation.paper.PaperHeads.HeadShape;
import io.hydra.evaluation.paper.PaperRow.PairInput;
import io.hydra.evaluation.paper.Sums.Uniform;
import io.hydra.model.encoder.DjlEngine;
import java.util.ArrayList;
import java.util.List;

/**
 * One scorer, reranker or adapter, in the paper's own form (Zhuang et al., NeurIPS 2024): a shared
 * base that turns a pair into z, and per user a head z → tanh → 2 logits; a pair's score is
 * softmax(logits)[1], the loss two-class cross-entropy. Stage 1 trains base and training users'
 * heads together and throws these heads away; stage 2 freezes the base and fits a fresh random head
 * for each new user.
 *
 * <p>Trained in DJL. PyTorch in DJL collects gradients for one caller at a time, so {@link #train}
 * and {@link #fit} wait for each other, and nothing else may train meanwhile. Scoring is plain Java
 * on the trained numbers and thread-safe: at this size a call into DJL costs more than the sums.
 */
public final class PaperScorer implements AutoCloseable {
  private static final Object ONE_AT_A_TIME = new Object();

  private final PaperConfig config;
  private final BaseWeights base;
  private final HeadShape shape;
  private final NDManager manager;
  private final NDArray matrix;
  private final NDArray bias;

  private PaperScorer(PaperConfig config, BaseWeights base) {
    this.config = config;
    this.base = base;
    this.shape = new HeadShape(config.z());
    this.manager = NDManager.newBaseManager();
    this.matrix = manager.create(base.matrix(), new Shape(base.input().length(), config.z()));
    this.bias = manager.create(base.bias(), new Shape(config.z()));
  }

  /**
   * Stage 1.
   *
   * @param dimensions of the rows' vectors
   * @param options size of the closed set, 0 for open text
   * @param users each training user's rows
   * @throws IllegalArgumentException if there is no row to learn from, or one does not fit
   */
  public static PaperScorer train(
      PaperConfig config, int dimensions, int options, List<List<PaperRow>> users, long seed) {
    if (users.stream().allMatch(List::isEmpty)) {
      throw new IllegalArgumentException(
          "hydra-paper: no row to train the base on; give training users with histories");
    }
    DjlEngine.prepare();
    PairInput input = new PairInput(dimensions, config.optionOneHot() ? options : 0);
    synchronized (ONE_AT_A_TIME) {
      return new PaperScorer(config, new JointTraining(config, seed).train(input, users));
    }
  }

  /**
   * Stage 2. A user's head depends on the seed, this user's rows and key alone, to the bit, whoever
   * else is in the call. A user without rows gets the random start: the paper cannot serve such a
   * user, so callers should fall back to the order they had.
   *
   * @param rowsPerUser rows of each user's own history
   * @param userKeys one per user
   */
  public PaperHeads fit(List<List<PaperRow>> rowsPerUser, List<String> userKeys, long seed) {
    if (rowsPerUser.size() != userKeys.size()) {
      throw new IllegalArgumentException(
          "hydra-paper: rows of %d users but %d keys; give one key per user"
              .formatted(rowsPerUser.size(), userKeys.size()));
    }
    synchronized (ONE_AT_A_TIME) {
      List<Evidence> users = new ArrayList<>();
      for (int u = 0; u < rowsPerUser.size(); u++) {
        users.add(evidence(rowsPerUser.get(u), Uniform.seed(seed, userKeys.get(u))));
      }
      return new PaperHeads(shape, new HeadFitting(config).fit(users));
    }
  }

  /**
   * softmax(logits)[1] of each pair under one user's head, in eval mode.
   *
   * @param user index into {@code heads}
   */
  public double[] scores(PaperHeads heads, int user, List<PaperRow> pairs) {
    if (!heads.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "hydra-paper: heads for z=%d, scorer with z=%d; use the heads that this scorer fitted"
              .formatted(heads.shape().z(), shape.z()));
    }
    float[] head = heads.head(user);
    return pairs.stream().mapToDouble(pair -> shape.score(head, base.z(pair))).toArray();
  }

  @Override
  public void close() {
    manager.close();
  }

  BaseWeights base() {
    return base;
  }

  /** The base as DJL holds it: what stage 2 reads and must not move. */
  List<float[]> baseTensors() {
    return List.of(matrix.toFloatArray(), bias.toFloatArray());
  }

  /** {@link #scores} by DJL, slower: what the plain Java is held against. */
  double[] scoresByTensors(PaperHeads heads, int user, List<PaperRow> pairs) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray z = Network.base(inputs(pairs, pairs.size()), matrix, bias).expandDims(0);
      NDArray head = manager.create(heads.head(user), new Shape(1, shape.stride()));
      NDArray scores = Network.logits(shape, head, z, z.onesLike()).softmax(-1);
      double[] positive = new double[pairs.size()];
      float[] flat = scores.toFloatArray();
      for (int i = 0; i < positive.length; i++) {
        positive[i] = flat[2 * i + 1];
      }
      return positive;
    }
  }

  /** z of each row, once; in pieces of one size, so that a row's z does not depend on its place. */
  private Evidence evidence(List<PaperRow> rows, long seed) {
    float[] z = new float[rows.size() * config.z()];
    boolean[] positive = new boolean[rows.size()];
    for (int from = 0; from < rows.size(); from += config.batch()) {
      int count = Math.min(config.batch(), rows.size() - from);
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        float[] piece =
            Network.base(inputs(rows.subList(from, from + count), config.batch()), matrix, bias)
                .toFloatArray();
        System.arraycopy(piece, 0, z, from * config.z(), count * config.z());
      }
    }
    for (int i = 0; i < positive.length; i++) {
      positive[i] = rows.get(i).positive();
    }
    return new Evidence(z, positive, seed);
  }

  private NDArray inputs(List<PaperRow> rows, int places) {
    PairInput input = base.input();
    float[] x = new float[places * input.length()];
    for (int r = 0; r < rows.size(); r++) {
      input.write(rows.get(r), x, r * input.length());
    }
    return manager.create(x, new Shape(places, input.length()));
  }
}
