package io.hydra.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.model.PersonalModel;
import io.hydra.model.Reading.Choice;
import io.hydra.model.base.BaseTrainer.SampleSource;
import io.hydra.model.base.BaseTrainer.TaskData;
import io.hydra.model.base.BaseTrainer.TrainingProgress;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.WordNetwork;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Words;
import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseTrainerTest {
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
  private static final TaskSpec TITLES = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();
  private static final List<String> THINGS = List.of("strings", "cable", "drum", "stand", "bow");
  private static final List<String> WORDS = List.of("awful", "poor", "fair", "good", "superb");

  @TempDir private Path folder;

  /** Reviews whose word gives the stars, except that a grumpy user gives two fewer. */
  private static List<HistoryItem> user(int number, int items, boolean grumpy) {
    Random random = new Random(number);
    List<HistoryItem> history = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      int stars = 1 + random.nextInt(5);
      String input = WORDS.get(stars - 1) + " " + THINGS.get(random.nextInt(THINGS.size()));
      int given = grumpy ? Math.max(1, stars - 2) : stars;
      history.add(new HistoryItem(number + "-" + i, i + 1, input, Integer.toString(given)));
    }
    return history;
  }

  private static Base train() {
    List<List<HistoryItem>> users = new ArrayList<>();
    for (int u = 0; u < 20; u++) {
      users.add(user(u, 20, u % 5 == 0));
    }
    return new BaseTrainer(null, SampleSource.NONE, 1, TrainingProgress.NONE)
        .train(List.of(new TaskData(STARS, users)));
  }

  @Test
  void aTasteOfTheirOwnIsAnsweredInTheirOwnWay() {
    try (PersonalModel model = new PersonalModel("b", train(), TaskCatalogue.shipped())) {
      History grumpy = new History(40, user(99, 40, true));
      Heads heads = model.fit(STARS, grumpy).heads();
      List<String> llm = List.of("5", "5", "5", "4", "5", "5", "5", "5");
      Choice personal = model.read(STARS, grumpy.items(), "superb strings").choose(llm, heads);
      Choice nobody = model.read(STARS, List.of(), "superb strings").choose(llm, Heads.NONE);
      assertThat(personal.text()).isEqualTo("3");
      assertThat(nobody.text()).isEqualTo("5");
      assertThat(personal.candidates()).hasSize(5);
      assertThat(personal.candidates().stream().mapToDouble(c -> c.probability()).sum())
          .isBetween(0.999, 1.001);
    }
  }

  @Test
  void rerankingNeverInventsItems() {
    try (PersonalModel model = new PersonalModel("b", train(), TaskCatalogue.shipped())) {
      List<HistoryItem> history = user(99, 40, false);
      assertThat(model.read(STARS, history, "superb drum").rank(Heads.NONE))
          .hasSize(4)
          .allSatisfy(r -> assertThat(history).contains(r.item()));
      assertThat(model.read(STARS, List.of(), "superb drum").rank(Heads.NONE)).isEmpty();
    }
  }

  @Test
  void aTaskWithoutTrainingFollowsTheSamples() {
    try (PersonalModel model = new PersonalModel("b", train(), TaskCatalogue.shipped())) {
      Choice choice =
          model
              .read(TITLES, List.of(), "An abstract on heads")
              .choose(List.of("On Heads", "On Heads", "Tails", ""), Heads.NONE);
      assertThat(choice.text()).isEqualTo("On Heads");
      assertThat(choice.candidates()).hasSize(2);
      assertThat(model.read(TITLES, List.of(), "x").choose(List.of("", ""), Heads.NONE).text())
          .isEmpty();
      model.warmUp();
    }
  }

  @Test
  void damagedHeadsFailClosed() {
    try (PersonalModel model = new PersonalModel("b", train(), TaskCatalogue.shipped())) {
      Heads damaged =
          new Heads(
              1,
              0,
              new Heads.Mixture(1, 0, List.of(new Heads.Member(10, 0, new float[] {100f, 100f}))),
              Heads.Mixture.NONE);
      List<HistoryItem> history = user(99, 5, false);
      List<String> llm = List.of("5", "4");
      assertThat(model.read(STARS, history, "fair bow").choose(llm, damaged))
          .isEqualTo(model.read(STARS, history, "fair bow").choose(llm, Heads.NONE));
    }
  }

  @Test
  void hostileTextsSurvive() {
    try (PersonalModel model = new PersonalModel("b", train(), TaskCatalogue.shipped())) {
      for (String text : List.of("", " ", "\u0000\uD83D", "東京", "word ".repeat(20_000))) {
        List<HistoryItem> history =
            List.of(new HistoryItem("a", 1, text, "5"), new HistoryItem("b", 2, text, "junk"));
        Heads heads = model.fit(STARS, new History(2, history)).heads();
        assertThat(model.read(STARS, history, text).choose(List.of("5"), heads).candidates())
            .allSatisfy(c -> assertThat(c.probability()).isFinite());
      }
    }
  }

  @Test
  void sameInputGivesTheSameBase() throws IOException {
    try (Base first = train();
        Base second = train()) {
      String version = BaseFiles.write(first, TaskCatalogue.shipped(), folder.resolve("one"));
      assertThat(BaseFiles.write(second, TaskCatalogue.shipped(), folder.resolve("two")))
          .isEqualTo(version);
      BaseFiles.Loaded loaded = BaseFiles.read(folder.resolve("one"));
      assertThat(loaded.version()).isEqualTo(version);
      loaded.base().close();
      assertThatExceptionOfType(FileAlreadyExistsException.class)
          .isThrownBy(() -> BaseFiles.write(first, TaskCatalogue.shipped(), folder.resolve("one")));
    }
  }

  @Test
  void theTrunksThatHeadsHaveMetAreKeptWithOneOfAllUsers() {
    try (Base base = train()) {
      assertThat(base.encoder().dimensions()).isEqualTo(4 * EncoderShape.DEFAULT.dimensions());
      assertThat(base.tasks().get(STARS.id()).trunk())
          .hasDimensions(5, base.encoder().dimensions());
    }
  }

  @Test
  void tasksOfOnesOwnAreServedAsTheyWereTrained() throws IOException {
    TaskCatalogue own =
        TaskCatalogue.parse(
            """
            tasks:
              - id: queue
                instruction: Name the queue.
                options: [billing, workshop]
                metric: ACCURACY
              - id: reply
                instruction: Write the reply's subject.
                metric: ROUGE
            """,
            "own.yaml");
    TaskSpec queue = own.find("queue").orElseThrow();
    TaskSpec reply = own.find("reply").orElseThrow();
    List<List<HistoryItem>> queued = new ArrayList<>();
    List<List<HistoryItem>> replied = new ArrayList<>();
    for (int u = 0; u < 10; u++) {
      boolean swapped = u % 5 == 0;
      queued.add(tickets(u, swapped));
      replied.add(
          tickets(u, swapped).stream()
              .map(i -> new HistoryItem(i.eventId(), i.occurredAt(), i.input(), "On " + i.input()))
              .toList());
    }
    try (Base base =
        new BaseTrainer(null, SampleSource.NONE, 1, TrainingProgress.NONE)
            .train(List.of(new TaskData(queue, queued), new TaskData(reply, replied)))) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(
              () -> BaseFiles.write(base, TaskCatalogue.shipped(), folder.resolve("foreign")))
          .withMessageContaining("queue");
      String unused =
          BaseFiles.write(
              base, TaskCatalogue.shipped().withMissingFrom(own), folder.resolve("base"));
    }
    try (PersonalModel model = PersonalModel.load(folder.resolve("base"))) {
      assertThat(model.tasks().ids()).contains("queue", "reply", "LaMP_3");
      TaskSpec loaded = model.tasks().find("queue").orElseThrow();
      assertThat(loaded).isEqualTo(queue);
      History swapped = new History(20, tickets(99, true));
      Choice choice =
          model
              .read(loaded, swapped.items(), "a broken wheel")
              .choose(List.of("workshop", "workshop"), model.fit(loaded, swapped).heads());
      assertThat(choice.text()).isEqualTo("billing");
      assertThat(
              model
                  .read(reply, tickets(99, false), "a late invoice")
                  .choose(List.of("On a late invoice", ""), Heads.NONE)
                  .text())
          .isEqualTo("On a late invoice");
    }
  }

  /** Knows that a bill is an invoice, and a tyre a wheel. */
  private static class Synonyms implements Encoder {
    @Override
    public int dimensions() {
      return 3;
    }

    @Override
    public float[][] encode(List<String> texts) {
      return texts.stream()
          .map(
              text ->
                  text.contains("invoice") || text.contains("bill")
                      ? new float[] {1, 0, 0}
                      : text.contains("wheel") || text.contains("tyre")
                          ? new float[] {0, 1, 0}
                          : new float[] {0, 0, 1})
          .toArray(float[][]::new);
    }

    @Override
    public void close() {}
  }

  /** The same that knows a word by its length. */
  private static class Lengths extends Synonyms {
    @Override
    public Map<String, float[]> wordStates(String text) {
      return Words.of(text).stream()
          .collect(
              Collectors.toMap(word -> word, word -> new float[] {word.length()}, (a, b) -> a));
    }
  }

  @Test
  void wordsInContextAreLearnedWhereTheEncoderHasStatesOfThem() {
    TaskSpec titles = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();
    List<List<HistoryItem>> users = new ArrayList<>();
    for (int u = 0; u < 12; u++) {
      users.add(tickets(u, false));
    }
    assertThat(network(titles, users, new Lengths()).output())
        .as("three folds' units and those of all users")
        .hasSize(4 * 32);
    assertThat(network(titles, users.subList(0, 3), new Lengths()).output())
        .as("too few users for folds")
        .hasSize(32);
    assertThat(network(titles, users, new Synonyms())).isSameAs(WordNetwork.NONE);
    assertThat(network(titles, users, null)).isSameAs(WordNetwork.NONE);
  }

  @Test
  void thatAnEncoderHasNoStatesOfWordsIsToldOfOneThatNeverHasAny() {
    TaskSpec titles = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();
    List<List<HistoryItem>> users =
        IntStream.range(0, 12).mapToObj(user -> tickets(user, false)).toList();
    AtomicInteger asked = new AtomicInteger();
    Encoder failsLater =
        new Lengths() {
          @Override
          public Map<String, float[]> wordStates(String text) {
            return asked.incrementAndGet() > 60 ? Map.of() : super.wordStates(text);
          }
        };
    List<String> told = new ArrayList<>();
    TrainingProgress progress = (stage, done, of, detail) -> told.add(detail);
    var unused = network(titles, users, failsLater, progress);
    assertThat(asked).as("every text that teaches, in four parts").hasValue(200);
    assertThat(told).noneMatch(detail -> detail.contains("no states"));
    unused = network(titles, users, new Synonyms(), progress);
    assertThat(told).filteredOn(detail -> detail.contains("no states")).hasSize(1);
  }

  private static WordNetwork network(
      TaskSpec task, List<List<HistoryItem>> users, Encoder encoder) {
    return network(task, users, encoder, TrainingProgress.NONE);
  }

  private static WordNetwork network(
      TaskSpec task, List<List<HistoryItem>> users, Encoder encoder, TrainingProgress progress) {
    Base base =
        new BaseTrainer(encoder, SampleSource.NONE, 1, progress)
            .train(List.of(new TaskData(task, users)));
    WordNetwork network = base.tasks().get(task.id()).salience().network();
    base.close();
    return network;
  }

  @Test
  void anEncoderOfMeaningKnowsWordsThatNobodyUsed() {
    TaskSpec queue =
        TaskCatalogue.parse(
                """
                tasks:
                  - id: queue
                    instruction: Name the queue.
                    options: [billing, workshop]
                    metric: ACCURACY
                """,
                "own.yaml")
            .find("queue")
            .orElseThrow();
    List<List<HistoryItem>> users = new ArrayList<>();
    for (int u = 0; u < 12; u++) {
      users.add(tickets(u, false));
    }
    Base base =
        new BaseTrainer(new Synonyms(), SampleSource.NONE, 1, TrainingProgress.NONE)
            .train(List.of(new TaskData(queue, users)));
    try (PersonalModel model = new PersonalModel("b", base, TaskCatalogue.shipped())) {
      assertThat(model.read(queue, List.of(), "bill").choose(List.of(), Heads.NONE).text())
          .isEqualTo("billing");
      assertThat(model.read(queue, List.of(), "tyre").choose(List.of(), Heads.NONE).text())
          .isEqualTo("workshop");
    }
  }

  /** Invoices go to billing and wheels to the workshop; swapped is the other way round. */
  private static List<HistoryItem> tickets(int user, boolean swapped) {
    Random random = new Random(user);
    List<HistoryItem> items = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      boolean invoice = random.nextBoolean();
      String input = invoice ? "a late invoice" : "a broken wheel";
      items.add(
          new HistoryItem(
              user + "-" + i, i + 1, input, invoice ^ swapped ? "billing" : "workshop"));
    }
    return items;
  }

  @Test
  void aBaseThatIsNotWholeIsRefused() throws IOException {
    try (Base base = train()) {
      String unused = BaseFiles.write(base, TaskCatalogue.shipped(), folder.resolve("base"));
    }
    Path tasks = folder.resolve("base/tasks.json");
    Files.writeString(tasks, Files.readString(tasks).replaceFirst("0\\.", "1."));
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> PersonalModel.load(folder.resolve("base")))
        .withMessageContaining("manifest");
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> PersonalModel.load(folder.resolve("nowhere")))
        .withMessageContaining("train-base");
  }

  @Test
  void samplesTeachHowFarToTrustThem() {
    List<List<HistoryItem>> users = new ArrayList<>();
    for (int u = 0; u < 20; u++) {
      users.add(user(u, 20, false));
    }
    // This LLM is always wrong in the same way, so agreement must lose its say.
    SampleSource wrong =
        (task, messages) ->
            CompletableFuture.completedFuture(Optional.of(List.of("1", "1", "1", "1")));
    try (Base trusting = train();
        Base wary =
            new BaseTrainer(null, wrong, 1, TrainingProgress.NONE)
                .train(List.of(new TaskData(STARS, users)))) {
      int agreement = 7;
      assertThat(wary.tasks().get("LaMP_3").adapter()[agreement])
          .isLessThan(trusting.tasks().get("LaMP_3").adapter()[agreement]);
    }
  }
}
