package io.hydra.model;

import static java.util.stream.Collectors.toList;

import io.hydra.model.DeviceHead.Question;
import io.hydra.model.DeviceHead.Vectors;
import io.hydra.model.feature.ClosedFeatures;
import io.hydra.model.feature.Memory;
import io.hydra.model.feature.Trunk;
import io.hydra.model.head.Softmax;
import io.hydra.model.task.Metric;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads.Member;
import io.hydra.schemas.redis.Heads.Mixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** A head and a question that are drawn by seed: with and without all that may be missing. */
record MadeUpHead(DeviceHead head, Question question, List<String> samples) {
  private static final int WORDS = 8;
  private static final int MEANING = 5;

  static MadeUpHead draw(long seed) {
    Random random = new Random(seed);
    boolean ordinal = random.nextBoolean();
    int count = 1 + random.nextInt(ordinal ? 6 : 15);
    List<String> options =
        IntStream.range(0, count)
            .mapToObj(c -> ordinal ? Integer.toString(2 * c - 3) : "öption " + c)
            .toList();
    Metric metric = ordinal ? Metric.values()[1 + random.nextInt(3)] : Metric.ACCURACY;
    double margin = random.nextInt(3) == 0 ? 0.1 : 0;
    TaskSpec task =
        new TaskSpec("t", null, options, metric, null, null, null, null, null, null, margin);
    double[] shares = Softmax.normalize(random.doubles(count).toArray());
    Trunk words = random.nextInt(5) == 0 ? Trunk.NONE : trunk(count, WORDS, random);
    boolean hasMeaning = random.nextBoolean();
    Trunk meaning =
        hasMeaning ? random.nextInt(5) == 0 ? Trunk.NONE : trunk(count, MEANING, random) : null;
    Trunk names =
        hasMeaning && !ordinal && random.nextBoolean() ? trunk(count, MEANING, random) : Trunk.NONE;
    int features =
        new ClosedFeatures(task, shares, hasMeaning ? Memory.NONE : null, names).names().size();
    List<Member> members = new ArrayList<>();
    for (int m = random.nextInt(5); m > 0; m--) {
      members.add(new Member(0, 10 * random.nextFloat(), vector(features, random)));
    }
    Mixture own = new Mixture(0, 10 * random.nextFloat(), members, random.nextInt(4) == 0, false);
    DeviceHead head =
        new DeviceHead(
            "b0123456789ab",
            task,
            shares,
            words,
            meaning,
            names,
            doubles(features, random),
            doubles(features, random),
            own);
    int past = random.nextInt(12);
    return new MadeUpHead(
        head,
        new Question(
            random.ints(past, -1, count).boxed().toList(),
            random.doubles(past, 0, 20).toArray(),
            vectors(past, WORDS, random),
            hasMeaning ? vectors(past, MEANING, random) : null),
        IntStream.range(0, random.nextInt(2) * 8)
            .mapToObj(s -> options.get(random.nextInt(count)))
            .toList());
  }

  static Trunk trunk(int rows, int columns, Random random) {
    return new Trunk(
        IntStream.range(0, rows).mapToObj(c -> vector(columns, random)).toArray(float[][]::new));
  }

  private static Vectors vectors(int past, int length, Random random) {
    return new Vectors(
        vector(length, random),
        IntStream.range(0, past).mapToObj(i -> vector(length, random)).collect(toList()));
  }

  private static float[] vector(int length, Random random) {
    float[] vector = new float[length];
    for (int i = 0; i < length; i++) {
      vector[i] = (float) random.nextGaussian() / 2;
    }
    return vector;
  }

  private static double[] doubles(int length, Random random) {
    return random.doubles(length, -2, 2).toArray();
  }
}
