package io.hydra.model.head;

import io.hydra.schemas.redis.Heads.Member;
import io.hydra.schemas.redis.Heads.Mixture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fits a user's own part from a bounded replay of their own examples: a pure function of the
 * examples, so a repeated or replayed update gives the same bytes.
 *
 * <p>One pass asks each example before it is learned: every strength predicts it with the δ that
 * one Newton step from zero gives on the examples before (after the first few, on all but the
 * latest three of them), which costs one small Cholesky solve, since the curvature around zero is
 * the same for all strengths and grows example by example. The log losses of that pass weigh the
 * members. The final δ then takes a second step over the whole replay, which matters under weak
 * priors.
 *
 * <p>A rejection says what the user does not want. What they want instead is taken, in the pass,
 * from what the mixture believed of the rest at that moment, so from the user's own evidence so far
 * and not from the population: a user whose taste the population does not share would otherwise be
 * led from one favourite of the population's to the next and back. The final δ takes {@value
 * #STEPS_WITH_REJECTIONS} steps then, each with the rest as δ itself sees it.
 *
 * <p>Rejections also bring in a {@link Stranger} and, where options are many, a {@link Tally},
 * whose priors do not lie around the population.
 *
 * <p>{@link PlainSampling} tells whether the user is better served without all this.
 *
 * <p>A {@link Surprise} makes older evidence and losses fade faster for a while; after a {@link
 * Turn} of a user who judges answers, only what followed counts. That verdicts may be {@link
 * Chance} counts in favour of the population, and in the final δ against the verdicts.
 */
public final class HeadFitter {
  /** So many examples are each learned before the next is asked; later ones in small groups. */
  private static final int EACH = 8;

  private static final int EVERY = 4;
  private static final int STEPS_WITH_REJECTIONS = 2;

  private final FitSettings settings;
  private final int dense;
  private final Curvature curvature;
  private final Surprise surprise = new Surprise();
  private final Drift drift = new Drift();
  private final Turn turn = new Turn();
  private final Chance chance = new Chance();
  private final PlainSampling plain = new PlainSampling();
  private final double[] zero;
  private final double[][] deltas;

  /** Null without rejections. */
  private final Stranger stranger;

  /** Null without rejections, for few options and for texts. */
  private final Tally tally;

  /** Decayed: the population's, each strength's, the stranger's, the tally's. */
  private final double[] losses;

  private int seen;

  private HeadFitter(FitSettings settings, double[] population, List<Example> replay) {
    int size = population.length;
    boolean hasRejections = replay.stream().anyMatch(Example::isRejection);
    this.settings = settings;
    this.dense = Curvature.dense(replay);
    this.curvature = new Curvature(size, dense);
    this.zero = new double[size];
    this.deltas = new double[settings.precisions().size()][size];
    this.stranger = hasRejections ? new Stranger(population, dense) : null;
    this.tally = hasRejections ? Tally.of(population, replay, dense) : null;
    this.losses =
        new double[1 + deltas.length + (stranger != null ? 1 : 0) + (tally != null ? 1 : 0)];
  }

  /**
   * @param examples oldest first; the newest {@link FitSettings#replay} are used
   * @param population the weights of the population head that δ is added to
   */
  public static Mixture fit(List<Example> examples, double[] population, FitSettings settings) {
    List<Example> replay =
        examples.subList(Math.max(0, examples.size() - settings.replay()), examples.size());
    if (replay.isEmpty()) {
      return Mixture.NONE;
    }
    HeadFitter fitter = new HeadFitter(settings, population, replay);
    double[] fades = new double[replay.size()];
    for (int e = 0; e < fades.length; e++) {
      fades[e] = fitter.learn(replay.get(e));
    }
    int turn = fitter.turn.begin();
    if (turn == 0) {
      return fitter.mixture(replay, fades);
    }
    Mixture since = fit(replay.subList(turn, replay.size()), population, settings);
    return new Mixture(
        since.examples(),
        since.populationLoss(),
        since.members(),
        since.fallsBack(),
        fitter.drift.isRecent());
  }

  /**
   * Asks for an example, then learns it.
   *
   * @return the factor by which what was learned before has faded
   */
  private double learn(Example example) {
    double[][] p = new double[losses.length][];
    p[0] = Softmax.normalize(example.offset().clone());
    for (int s = 0; s < deltas.length; s++) {
      p[1 + s] = Softmax.probabilities(example, deltas[s]);
    }
    if (stranger != null) {
      p[1 + deltas.length] = stranger.ask(example);
    }
    if (tally != null) {
      p[2 + deltas.length] = tally.ask(example);
    }
    double[] belief = HeadMixture.mix(p, HeadMixture.odds(judged()));
    double loss = example.logLoss(belief);
    boolean shifted = surprise.add(loss);
    boolean unused = drift.add(loss, example.chances(belief));
    double lossDecay = shifted ? settings.shiftDecay() : settings.lossDecay();
    chance.add(example, example.logLoss(p[0]), lossDecay);
    plain.add(example, belief, lossDecay);
    turn.add(example, belief, seen);
    for (int m = 0; m < losses.length; m++) {
      losses[m] = lossDecay * losses[m] + example.weight() * example.logLoss(p[m]);
    }
    double decay = shifted ? settings.shiftDecay() : settings.decay();
    curvature.fade(decay);
    curvature.add(example, example.targetUnder(belief), p[0], example.weight());
    if (stranger != null) {
      stranger.learn(p[1 + deltas.length], decay);
    }
    if (tally != null) {
      tally.learn(example, decay, example.weight());
    }
    seen++;
    if (seen <= EACH || seen % EVERY == 0) {
      for (int s = 0; s < deltas.length; s++) {
        deltas[s] = curvature.step(settings.precisions().get(s), zero);
      }
    }
    return decay;
  }

  /** The losses as they count: verdicts may be chance, and few users are strangers. */
  private double[] judged() {
    double[] all = losses.clone();
    all[0] = chance.orHonest(losses[0]);
    if (stranger != null) {
      all[1 + deltas.length] += Stranger.HANDICAP;
    }
    return all;
  }

  /** The share of belief that the user's verdicts on answers are not by chance. */
  private double honesty() {
    double[] odds = HeadMixture.odds(judged());
    return 1 - odds[0] / Arrays.stream(odds).sum() * chance.share(losses[0]);
  }

  private Mixture mixture(List<Example> replay, double[] fades) {
    double[] weights = new double[fades.length];
    double honesty = honesty();
    double faded = 1;
    for (int e = weights.length - 1; e >= 0; e--) {
      boolean isVerdict = replay.get(e).origin() == Example.Origin.ANSWER;
      weights[e] = faded * replay.get(e).weight() * (isVerdict ? honesty : 1);
      faded *= fades[e];
    }
    int steps = stranger != null ? STEPS_WITH_REJECTIONS : 1;
    List<Member> members = new ArrayList<>();
    for (int s = 0; s < deltas.length; s++) {
      double precision = settings.precisions().get(s);
      double[] delta = ConditionalLogit.fit(replay, dense, weights, precision, deltas[s], steps);
      members.add(new Member((float) precision, (float) losses[1 + s], rounded(delta)));
    }
    if (stranger != null) {
      double[] delta = stranger.fitted(weights, steps);
      float loss = (float) judged()[1 + deltas.length];
      members.add(new Member((float) Stranger.PRECISION, loss, rounded(delta)));
    }
    if (tally != null) {
      float loss = (float) losses[2 + deltas.length];
      members.add(new Member((float) Tally.PRECISION, loss, rounded(tally.delta(replay, weights))));
    }
    return new Mixture(
        replay.size(), (float) judged()[0], members, plain.hasTheAnswer(), drift.isRecent());
  }

  private static float[] rounded(double[] values) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) values[i];
    }
    return rounded;
  }

  /**
   * The settings by which a user's own part is fitted.
   *
   * @param precisions of the priors that δ is fitted under; δ = 0 takes part as well
   * @param replay newest examples that are used
   * @param decay an example's weight falls by this factor with each newer one
   * @param lossDecay log losses fall by this factor with each newer example
   * @param shiftDecay both factors while the user's behaviour is not what it was
   */
  public record FitSettings(
      List<Double> precisions, int replay, double decay, double lossDecay, double shiftDecay) {
    public static final FitSettings DEFAULT =
        new FitSettings(List.of(3.0, 30.0, 300.0), 64, 0.98, 0.97, 0.8);

    public FitSettings {
      precisions = List.copyOf(precisions);
    }

    /** The same without forgetting inside the replay: for comparison. */
    public FitSettings withoutForgetting() {
      return new FitSettings(precisions, replay, 1, 1, 1);
    }
  }
}
