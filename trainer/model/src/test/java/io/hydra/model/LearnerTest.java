package io.hydra.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.model.base.Base;
import io.hydra.model.base.TaskBase;
import io.hydra.model.base.WorthOfAsking;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.feature.Samples;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.Heads.Mixture;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LearnerTest {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
  private static final TaskSpec TITLES = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();
  private static final List<String> THINGS = List.of("drum", "bow", "cable", "stand", "reed");

  private final PersonalModel model = model(VerdictWeights.DEFAULT);

  private static PersonalModel model(VerdictWeights weights) {
    return model(weights, Map.of());
  }

  private static PersonalModel model(VerdictWeights weights, Map<String, TaskBase> tasks) {
    return new PersonalModel(
        "b",
        new Base(BuiltInEncoder.initialize(new EncoderShape(100, 4), 1), tasks, Map.of()),
        TaskCatalogue.shipped(),
        weights);
  }

  @AfterEach
  void close() {
    model.close();
  }

  private static byte[] bytes(Heads heads) {
    return HeadsCodec.encode(heads);
  }

  private static Heads adapterOf(Heads heads) {
    return new Heads(heads.historyVersion(), heads.verdicts(), heads.adapter(), Mixture.NONE);
  }

  private static Map<String, Integer> samples(TaskSpec task, Random random) {
    Map<String, Integer> samples = new LinkedHashMap<>();
    for (int s = 0; s < 8; s++) {
      samples.merge(output(task, random), 1, Integer::sum);
    }
    return samples;
  }

  private static String output(TaskSpec task, Random random) {
    return task.isClosed()
        ? task.options().get(random.nextInt(task.options().size()))
        : THINGS.get(random.nextInt(5)) + " of a " + THINGS.get(random.nextInt(5));
  }

  private static List<HistoryItem> history(TaskSpec task, int count) {
    Random random = new Random(1);
    List<HistoryItem> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(new HistoryItem("e" + i, 10 * i, "a " + THINGS.get(i % 5), output(task, random)));
    }
    return items;
  }

  /** One of each kind of verdict in turn, between the items of a history. */
  private static List<JudgedAnswer> judged(TaskSpec task, int count) {
    Random random = new Random(2);
    List<JudgedAnswer> judged = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Feedback what =
          switch (i % 6) {
            case 0 -> Judging.accepted();
            case 1 -> Judging.rejected();
            case 2 -> Judging.chose(1);
            case 3 -> Judging.edited(output(task, random));
            case 4 -> Judging.rated(0.9);
            default -> Judging.rated(0.2);
          };
      judged.add(
          Judging.judged(
              task.id(), 10 * i + 4, "the " + THINGS.get(i % 5), samples(task, random), 0, what));
    }
    return judged;
  }

  private Heads fit(TaskSpec task, List<HistoryItem> items, List<JudgedAnswer> judged) {
    return model.fit(task, new History(items.size(), items), judged).heads();
  }

  @Test
  void theOrderInWhichEvidenceIsGivenDoesNotMatter() {
    for (TaskSpec task : List.of(STARS, TITLES)) {
      List<HistoryItem> items = history(task, 40);
      List<JudgedAnswer> judged = judged(task, 50);
      byte[] expected = bytes(fit(task, items, judged));
      for (int seed = 0; seed < 5; seed++) {
        List<HistoryItem> someItems = new ArrayList<>(items);
        List<JudgedAnswer> someJudged = new ArrayList<>(judged);
        Collections.shuffle(someItems, new Random(seed));
        Collections.shuffle(someJudged, new Random(seed));
        assertThat(bytes(fit(task, someItems, someJudged))).isEqualTo(expected);
      }
    }
  }

  /** An item made of an answer is learned as the evaluation learns it: asked, then told. */
  @Test
  void itemsThatAnsweredQueriesGiveTheHeadsOfItemsAskedOneByOne() {
    for (TaskSpec task : List.of(STARS, TITLES)) {
      List<HistoryItem> items = history(task, 60);
      Random random = new Random(3);
      Learner learner = model.learner(task, FitSettings.DEFAULT);
      List<JudgedAnswer> judged = new ArrayList<>();
      for (HistoryItem item : items) {
        Map<String, Integer> samples = samples(task, random);
        List<String> said = new ArrayList<>();
        samples.forEach((text, count) -> said.addAll(Collections.nCopies(count, text)));
        Collections.shuffle(said, random);
        learner.learn(item, Samples.of(said));
        Feedback what = Judging.edited(item.output());
        judged.add(
            new JudgedAnswer(
                Judging.exposure(task.id(), item.occurredAt() - 5, item.input(), samples, 0),
                Judging.verdict(item.eventId(), item.occurredAt(), what)));
      }
      Heads heads = fit(task, items, judged);
      assertThat(bytes(heads)).isEqualTo(bytes(learner.heads(60)));
      assertThat(heads.verdicts()).isEqualTo(60);
    }
  }

  @Test
  void aJudgedAnswerSeesWhatWasThereWhenItWasShown() {
    FitSettings all = FitSettings.DEFAULT;
    FitSettings newest =
        new FitSettings(all.precisions(), 1, all.decay(), all.lossDecay(), all.shiftDecay());
    List<HistoryItem> before = history(STARS, 10);
    List<HistoryItem> after = new ArrayList<>(before);
    after.add(new HistoryItem("later", 110, "a bow", "1"));
    List<HistoryItem> seen = new ArrayList<>(before);
    seen.add(new HistoryItem("later", 100, "a bow", "1"));
    JudgedAnswer judged =
        new JudgedAnswer(
            Judging.exposure("LaMP_3", 105, "a bow", samples(STARS, new Random(1)), 0),
            Judging.verdict("v", 120, Judging.accepted()));
    // The verdict, given after the last item, is the one example that is used.
    List<byte[]> heads = new ArrayList<>();
    for (List<HistoryItem> items : List.of(before, after, seen)) {
      Learner learner = model.learner(STARS, newest);
      learner.learn(items, List.of(judged), VerdictWeights.DEFAULT);
      assertThat(learner.heads(0).verdicts()).isEqualTo(1);
      heads.add(bytes(adapterOf(learner.heads(0))));
    }
    assertThat(heads.get(1)).isEqualTo(heads.get(0)).isNotEqualTo(heads.get(2));
  }

  @Test
  void verdictsAloneMakeHeads() {
    for (TaskSpec task : List.of(STARS, TITLES)) {
      Heads heads = fit(task, List.of(), judged(task, 12));
      assertThat(heads.verdicts()).isEqualTo(12);
      assertThat(heads.adapter().examples()).isEqualTo(12);
      assertThat(heads.historyVersion()).isZero();
    }
  }

  @Test
  void theNewestOfBothAreKept() {
    Heads heads = fit(STARS, history(STARS, 200), judged(STARS, 64));
    assertThat(heads.adapter().examples()).isEqualTo(64);
    // The verdicts are all older than the newest 64 items.
    assertThat(heads.verdicts()).isZero();
    Heads unjudged = fit(STARS, history(STARS, 200), List.of());
    assertThat(bytes(adapterOf(heads))).isEqualTo(bytes(adapterOf(unjudged)));
  }

  @Test
  void whoAlwaysAcceptsOneAndRejectsAllElseIsServedIt() {
    Map<String, Integer> samples = new LinkedHashMap<>(Map.of("5", 8));
    List<JudgedAnswer> judged = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String shown = Integer.toString(1 + i % 5);
      Map<String, Integer> candidates = new LinkedHashMap<>(samples);
      candidates.putIfAbsent(shown, 0);
      judged.add(
          Judging.judged(
              "LaMP_3",
              10 * i,
              "a bow",
              candidates,
              List.copyOf(candidates.keySet()).indexOf(shown),
              shown.equals("2") ? Judging.accepted() : Judging.rejected()));
    }
    Heads heads = fit(STARS, List.of(), judged);
    Reading reading = model.read(STARS, List.of(), "a bow");
    double before = probability(reading.choose(List.of("5", "5"), Heads.NONE), "2");
    assertThat(probability(reading.choose(List.of("5", "5"), heads), "2")).isGreaterThan(before);
  }

  private static double probability(Reading.Choice choice, String text) {
    return choice.candidates().stream()
        .filter(c -> c.text().equals(text))
        .findFirst()
        .orElseThrow()
        .probability();
  }

  @Test
  void whatSaysNothingOrWeighsNothingIsNoExample() {
    List<JudgedAnswer> silent =
        List.of(
            Judging.judged("LaMP_3", 1, "in", Map.of("5", 8), -1, Judging.accepted()),
            Judging.judged("LaMP_3", 2, "in", Map.of("5", 8), 0, Judging.rated(0.5)));
    assertThat(bytes(fit(STARS, List.of(), silent))).isEqualTo(bytes(Heads.NONE));
    try (PersonalModel deaf = model(VerdictWeights.parse("accepted=0"))) {
      List<JudgedAnswer> accepted =
          List.of(Judging.judged("LaMP_3", 1, "in", Map.of("5", 8), 0, Judging.accepted()));
      assertThat(deaf.fit(STARS, History.EMPTY, accepted).heads().verdicts()).isZero();
    }
  }

  @Test
  void whereEditsWeighNothingAnItemThatAnsweredAQueryIsAnItemAlone() {
    try (PersonalModel deaf = model(VerdictWeights.parse("edited=0"))) {
      for (TaskSpec task : List.of(STARS, TITLES)) {
        History history = new History(20, history(task, 20));
        List<JudgedAnswer> judged =
            history.items().stream()
                .map(
                    item ->
                        new JudgedAnswer(
                            Judging.exposure(
                                task.id(),
                                item.occurredAt() - 5,
                                item.input(),
                                samples(task, new Random(item.occurredAt())),
                                0),
                            Judging.verdict(
                                item.eventId(), item.occurredAt(), Judging.edited(item.output()))))
                .toList();
        byte[] alone = bytes(model.fit(task, history, List.of()).heads());
        assertThat(bytes(deaf.fit(task, history, judged).heads())).isEqualTo(alone);
        assertThat(bytes(model.fit(task, history, judged).heads())).isNotEqualTo(alone);
      }
    }
  }

  @Test
  void evidenceThatCannotBeFittedIsNamedAsSuch() {
    JudgedAnswer broken =
        Judging.judged("LaMP_3", 1, "in", Collections.singletonMap(null, 8), 0, Judging.accepted());
    assertThatExceptionOfType(UnfittableHistoryException.class)
        .isThrownBy(() -> model.fit(STARS, History.EMPTY, List.of(broken)))
        .withMessageContaining("LaMP_3");
  }

  @Test
  void whereTheHeadsFallBackTheSamplesAnswerAndNoCallIsSaved() {
    Learner learner = model.learner(STARS, FitSettings.DEFAULT);
    for (HistoryItem item : history(STARS, 12)) {
      learner.learn(item, Samples.MISSING);
    }
    Mixture fitted = learner.heads(12).adapter();
    assertThat(fitted.fallsBack()).isFalse();
    Heads heads =
        new Heads(
            12,
            0,
            new Mixture(fitted.examples(), fitted.populationLoss(), fitted.members(), true, false),
            Mixture.NONE);
    Reading reading = model.read(STARS, learner, "a drum");
    // The median, as rag-vote has it, where the most frequent one is another.
    List<String> samples = List.of("1", "1", "1", "3", "3", "4", "4", "5", "5");
    Reading.Choice choice = reading.choose(samples, heads);
    assertThat(choice.fellBack()).isTrue();
    assertThat(choice.text()).isEqualTo("3");
    assertThat(reading.choose(samples, Heads.NONE).fellBack()).isFalse();
    List<String> most = List.of("1", "1", "1", "1", "1", "4", "5", "5", "5");
    assertThat(reading.choose(most, heads).text()).isEqualTo("1");
    assertThat(reading.choose(most, Heads.NONE).text()).isNotEqualTo("1");
    assertThat(reading.choose(List.of(), heads).fellBack()).isFalse();
  }

  @Test
  void noCallIsSavedWhereTheHeadsFallBackOrAskingIsWorthMore() {
    WorthOfAsking worth = WorthOfAsking.UNKNOWN;
    for (int i = 0; i < 500; i++) {
      worth = worth.plus(0, 0);
    }
    Heads fallen = new Heads(1, 0, new Mixture(1, 0, List.of(), true, false), Mixture.NONE);
    TaskBase known = model.scorer(STARS).base().withAsking(worth);
    try (PersonalModel knowing = model(VerdictWeights.DEFAULT, Map.of(STARS.id(), known))) {
      Reading reading = knowing.read(STARS, knowing.learner(STARS, FitSettings.DEFAULT), "a drum");
      Reading.Choice alone = reading.choose(List.of(), Heads.NONE);
      assertThat(reading.chooseUnasked(Heads.NONE, 0.01)).contains(alone);
      assertThat(reading.chooseUnasked(Heads.NONE, 0)).isEmpty();
      assertThat(reading.chooseUnasked(fallen, 0.01)).isEmpty();
    }
    Reading unknown = model.read(STARS, model.learner(STARS, FitSettings.DEFAULT), "a drum");
    assertThat(unknown.chooseUnasked(Heads.NONE, 1)).isEmpty();
  }
}
