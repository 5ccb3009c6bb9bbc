package io.hydra.evaluation.run;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.model.encoder.Encoder;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two kinds of users, by what they write about: a user is the mean of their texts' vectors, and the
 * kinds are the halves on either side of the middle along the axis on which users differ most.
 */
public final class Kinds {
  private static final int ROUNDS = 50;

  private Kinds() {}

  /**
   * Two rounds in the place of one: each measures users of one kind by a base of the other kind.
   *
   * @param encoder of meaning
   * @throws IllegalArgumentException without one
   */
  public static List<Round> exchange(Round round, Encoder encoder) {
    if (encoder == null) {
      throw new IllegalArgumentException("--other-kind needs an encoder of meaning");
    }
    List<LampUser> users = Stream.concat(round.base().stream(), round.measured().stream()).toList();
    double[] places = places(users.stream().map(user -> mean(user, encoder)).toList());
    double middle = Arrays.stream(places).sorted().toArray()[places.length / 2];
    List<Round> rounds = new ArrayList<>();
    for (boolean first : new boolean[] {true, false}) {
      List<LampUser> base = new ArrayList<>();
      List<LampUser> measured = new ArrayList<>();
      for (int u = 0; u < places.length; u++) {
        boolean isFirst = places[u] < middle;
        if (u < round.base().size() && isFirst == first) {
          base.add(users.get(u));
        } else if (u >= round.base().size() && isFirst != first) {
          measured.add(users.get(u));
        }
      }
      String name = round.name() + (first ? ", one kind" : ", the other kind");
      rounds.add(new Round(name, base, measured, round.llmModel()));
    }
    return rounds;
  }

  private static double[] mean(LampUser user, Encoder encoder) {
    List<String> inputs = user.profile().stream().map(HistoryItem::input).toList();
    float[][] vectors = encoder.encode(inputs);
    double[] mean = new double[encoder.dimensions()];
    for (float[] vector : vectors) {
      for (int d = 0; d < mean.length; d++) {
        mean[d] += vector[d] / vectors.length;
      }
    }
    return mean;
  }

  /** Each user's place on the first principal axis, which power iteration finds. */
  private static double[] places(List<double[]> users) {
    double[] centre = new double[users.get(0).length];
    for (double[] user : users) {
      for (int d = 0; d < centre.length; d++) {
        centre[d] += user[d] / users.size();
      }
    }
    double[] places = new double[users.size()];
    double[] axis = new double[centre.length];
    Arrays.setAll(axis, d -> users.get(0)[d] - centre[d]);
    for (int round = 0; round < ROUNDS; round++) {
      double[] next = new double[axis.length];
      for (int u = 0; u < places.length; u++) {
        double[] user = users.get(u);
        places[u] = 0;
        for (int d = 0; d < axis.length; d++) {
          places[u] += (user[d] - centre[d]) * axis[d];
        }
        for (int d = 0; d < axis.length; d++) {
          next[d] += (user[d] - centre[d]) * places[u];
        }
      }
      double length = Math.sqrt(Arrays.stream(next).map(v -> v * v).sum());
      Arrays.setAll(axis, d -> next[d] / length);
    }
    return places;
  }
}
