package io.hydra.model.base;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.JudgedAnswer;
import io.hydra.model.Judging;
import io.hydra.model.Learner;
import io.hydra.model.PersonalModel;
import io.hydra.model.Reading;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.encoder.WordNetwork;
import io.hydra.model.feature.ItemFeatures;
import io.hydra.model.feature.Memory;
import io.hydra.model.feature.Salience;
import io.hydra.model.feature.Samples;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Words;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Heads are stored under the base's version, which holds the number of the features. Whatever
 * shapes a score (words, BM25, kernels, formulas and scales of features, fits) shows in the scores
 * of a fixed base and history, and those belong to one number.
 */
class FeaturesNumberTest {
  /** Digests of all scores, by number of the features. Add a line; never change one. */
  private static final Map<Integer, String> RECORDED =
      Map.ofEntries(
          entry(2, "3cf85ba13ae259158d566a40"),
          entry(3, "71211f502d4814483aaedce4"),
          entry(4, "140ff5a646a6d48a7e4b5f3c"),
          entry(5, "068e514f64b21a01b8d3ef70"),
          entry(6, "43a524fc17c24d8aea46019c"),
          entry(7, "8c18b125232499446929d3e5"),
          entry(8, "999ff18d4b5a5ddd24fa0b71"),
          entry(9, "3d7b46c0174f44ae97ec1155"),
          entry(10, "64f774125f9cdea718d001e2"),
          entry(11, "51a51bf565233b8d4b707153"),
          entry(12, "ad88440e771ba61b2fef258a"),
          entry(13, "9375b69f36f3dd96eb7d2e3f"),
          entry(14, "79277bfaf9fe36b4ec7037ca"));

  /** Of {@link BaseFiles#FEATURES}, where the base knows what options are called. */
  private static final String RECORDED_WITH_NAMES = "1ae05051542046941a6ddfe4";

  private static final TaskCatalogue TASKS = TaskCatalogue.shipped();
  private static final int DIMENSIONS = 8;
  private static final int MEANING_DIMENSIONS = 4;
  private static final int ITEMS = 40;
  private static final List<String> WORDS =
      List.of(
          "the",
          "strings",
          "stay",
          "in",
          "tune",
          "for",
          "weeks",
          "a",
          "dull",
          "Sound",
          "of",
          "New",
          "York",
          "senate",
          "passes",
          "bill",
          "on",
          "trade",
          "cheap",
          "broke",
          "after",
          "two",
          "days",
          "great",
          "value",
          "graph",
          "learning",
          "with",
          "few",
          "labels",
          "12",
          "co-op");

  @Test
  void whatShapesAScoreChangesTogetherWithTheNumberOfTheFeatures() throws Exception {
    String why =
        "what enters a z or a fit has changed: raise BaseFiles.FEATURES, and record the digests of"
            + " the new scores";
    assertThat(digest(false)).as(why).isEqualTo(RECORDED.get(BaseFiles.FEATURES));
    assertThat(digest(true)).as(why).isEqualTo(RECORDED_WITH_NAMES);
  }

  private static String digest(boolean hasNames) throws Exception {
    StringBuilder scores = new StringBuilder();
    for (String task : List.of("LaMP_2N", "LaMP_3", "LaMP_5")) {
      scores(TASKS.find(task).orElseThrow(), hasNames, scores);
    }
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(scores.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, 12);
  }

  private static void scores(TaskSpec task, boolean hasNames, StringBuilder out) {
    SplittableRandom random = new SplittableRandom(task.id().hashCode());
    try (PersonalModel model =
        new PersonalModel(
            "fixed",
            new Base(new Hashed(), meaning(), Map.of(task.id(), base(task, hasNames)), Map.of()),
            TASKS)) {
      Learner learner = model.learner(task, FitSettings.DEFAULT);
      for (int i = 0; i < ITEMS; i++) {
        HistoryItem item = new HistoryItem("e" + i, i, text(random, 12), output(task, random));
        learner.learn(item, i % 2 == 0 ? Samples.MISSING : Samples.of(samples(task, random)));
      }
      Heads heads = learner.heads(ITEMS);
      Heads judged = model.fit(task, History.EMPTY, judged(task, random)).heads();
      for (int q = 0; q < 5; q++) {
        Reading reading = model.read(task, learner, text(random, 10));
        List<String> samples = samples(task, random);
        for (Heads used : List.of(heads, judged, Heads.NONE)) {
          reading.rank(used).forEach(ranked -> add(out, ranked.item().eventId(), ranked.score()));
          Map<String, Double> said = new TreeMap<>();
          var choice = reading.choose(samples, used);
          choice.candidates().forEach(one -> said.put(one.text(), one.probability()));
          said.forEach((text, probability) -> add(out, text, probability));
          out.append(choice.text()).append('\n');
        }
      }
    }
  }

  /** Two in three rejected. */
  private static List<JudgedAnswer> judged(TaskSpec task, SplittableRandom random) {
    List<JudgedAnswer> judged = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Map<String, Integer> shown = new TreeMap<>();
      samples(task, random).forEach(sample -> shown.merge(sample, 1, Integer::sum));
      judged.add(
          Judging.judged(
              task.id(),
              10 * i,
              text(random, 12),
              shown,
              0,
              i % 3 == 0 ? Judging.accepted() : Judging.rejected()));
    }
    return judged;
  }

  /** Six figures: the last ones of an exponential are not the same on every machine. */
  private static void add(StringBuilder out, String name, double value) {
    out.append(name).append(String.format(Locale.ROOT, " %.5e%n", value).strip()).append('\n');
  }

  private static MeaningEncoder meaning() {
    return MeaningEncoder.learn(new Hashed(), WORDS, MEANING_DIMENSIONS, 1);
  }

  private static TaskBase base(TaskSpec task, boolean hasNames) {
    int options = task.options().size();
    int features;
    try (PersonalModel blank =
        new PersonalModel("blank", new Base(new Hashed(), meaning(), Map.of(), Map.of()), TASKS)) {
      features = blank.scorer(task).features().names().size();
    }
    float[][] names = new float[0][];
    if (hasNames && task.isClosed() && !task.isOrdinal()) {
      features++;
      try (MeaningEncoder meaning = meaning()) {
        names = meaning.encode(task.options());
      }
    }
    float[][] trunk = new float[options][DIMENSIONS];
    double[] shares = new double[options];
    for (int c = 0; c < options; c++) {
      shares[c] = 2.0 * (c + 1) / (options * (options + 1));
      for (int d = 0; d < DIMENSIONS; d++) {
        trunk[c][d] = (float) weight(c * DIMENSIONS + d);
      }
    }
    float[][] meaningTrunk = new float[options][MEANING_DIMENSIONS];
    for (int c = 0; c < options; c++) {
      for (int d = 0; d < MEANING_DIMENSIONS; d++) {
        meaningTrunk[c][d] = (float) weight(5 * c + 3 * d);
      }
    }
    byte[] odds = new byte[64];
    byte[] outputs = new byte[64];
    for (int i = 0; i < odds.length; i++) {
      odds[i] = (byte) (i * 5 % 41 - 20);
      outputs[i] = (byte) (60 + i * 7 % 37);
    }
    return new TaskBase(
        weights(features),
        weights(features),
        weights(ItemFeatures.names(task.isClosed()).size()),
        shares,
        trunk,
        meaningTrunk,
        task.isClosed() ? memory(task) : Memory.NONE,
        names,
        9,
        task.isClosed()
            ? Salience.untrained()
            : new Salience(odds, outputs, weights(Salience.NAMES.size()), network()),
        WorthOfAsking.UNKNOWN);
  }

  private static WordNetwork network() {
    float[][] hidden = new float[Salience.NAMES.size() + DIMENSIONS][3];
    float[] direct = new float[hidden.length];
    for (int i = 0; i < hidden.length; i++) {
      direct[i] = (float) weight(7 * i);
      for (int unit = 0; unit < hidden[i].length; unit++) {
        hidden[i][unit] = (float) weight(11 * i + unit);
      }
    }
    return new WordNetwork(
        hidden, new float[] {.1f, -.2f, .3f}, new float[] {1, -1, 2}, direct, -1);
  }

  /** Some of these texts are asked about, too. */
  private static Memory memory(TaskSpec task) {
    SplittableRandom random = new SplittableRandom(task.id().hashCode());
    List<HistoryItem> items = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      items.add(new HistoryItem("m" + i, i, text(random, 12), output(task, random)));
    }
    try (MeaningEncoder meaning = meaning()) {
      return Memory.of(meaning, items, task::indexOf);
    }
  }

  private static double[] weights(int count) {
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      weights[i] = weight(i);
    }
    return weights;
  }

  private static double weight(int index) {
    return ((index * 7 + 3) % 11 - 4) / 5.0;
  }

  private static String text(SplittableRandom random, int words) {
    List<String> text = new ArrayList<>();
    for (int i = 0; i < words; i++) {
      text.add(WORDS.get(random.nextInt(WORDS.size())));
    }
    return String.join(" ", text);
  }

  private static String output(TaskSpec task, SplittableRandom random) {
    return task.isClosed()
        ? task.options().get(random.nextInt(task.options().size()))
        : text(random, 5);
  }

  private static List<String> samples(TaskSpec task, SplittableRandom random) {
    List<String> samples = new ArrayList<>();
    for (int s = 0; s < task.candidates(); s++) {
      samples.add(output(task, random));
    }
    return samples;
  }

  /** Sums of numbers that follow from a text's words: the same everywhere. */
  private record Hashed() implements Encoder {
    @Override
    public int dimensions() {
      return DIMENSIONS;
    }

    @Override
    public float[][] encode(List<String> texts) {
      return texts.stream().map(Hashed::encode).toArray(float[][]::new);
    }

    @Override
    public Map<String, float[]> wordStates(String text) {
      Map<String, float[]> states = new TreeMap<>();
      Words.of(text).forEach(word -> states.put(word, encode(text + ' ' + word)));
      return states;
    }

    private static float[] encode(String text) {
      float[] vector = new float[DIMENSIONS];
      for (String word : text.split(" ", -1)) {
        SplittableRandom random = new SplittableRandom(word.hashCode());
        for (int d = 0; d < DIMENSIONS; d++) {
          vector[d] += random.nextInt(17) - 8;
        }
      }
      double length = 0;
      for (float v : vector) {
        length += v * v;
      }
      for (int d = 0; d < DIMENSIONS; d++) {
        vector[d] /= (float) Math.sqrt(Math.max(1, length));
      }
      return vector;
    }

    @Override
    public void close() {}
  }
}
