package io.hydra.infra.sample;

import io.hydra.datasets.lamp.LampLayout;
import io.hydra.infra.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The sample that ships with the project: readers who file short notes on shelves, each in a way of
 * their own ({@link Taste}). It is made up, seeded, and written in LaMP's layout, so it takes the
 * very path that real data take.
 *
 * <p>A note names one or two things of its {@link Subject} from one {@link Angle}. One filing in
 * twenty is a slip onto any shelf; a question's answer is never a slip. What a figure on the sample
 * can say is that the path works and that habits are learnt, not how well a real LLM would do.
 */
public final class SampleGenerator {
  private static final int TRAIN_USERS = 80;
  private static final int DEV_USERS = 40;
  private static final int FEWEST_ITEMS = 16;
  private static final int MOST_ITEMS = 40;
  private static final double SLIPS = 0.05;
  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 1);
  private static final String INSTRUCTION = "Which shelf does this reader file the note on? ";

  private final long seed;
  private final int trainUsers;
  private final int devUsers;
  private final List<String> shelves =
      Arrays.stream(Subject.values()).map(Subject::usualShelf).distinct().sorted().toList();

  /** The sample in its usual size. */
  public SampleGenerator(long seed) {
    this(seed, TRAIN_USERS, DEV_USERS);
  }

  public SampleGenerator(long seed, int trainUsers, int devUsers) {
    this.seed = seed;
    this.trainUsers = trainUsers;
    this.devUsers = devUsers;
  }

  /** Writes the files of both splits; the same seed gives the same bytes. */
  public void write(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Random random = new Random(seed);
    write(folder, "train", trainUsers, random);
    write(folder, "dev", devUsers, random);
  }

  private void write(Path folder, String split, int users, Random random) {
    List<Question> questions = new ArrayList<>();
    List<Gold> golds = new ArrayList<>();
    for (int u = 0; u < users; u++) {
      String id = String.format(Locale.ROOT, "%s-reader-%02d", split, u);
      Taste taste = Taste.draw(random, shelves);
      int items = FEWEST_ITEMS + random.nextInt(MOST_ITEMS - FEWEST_ITEMS + 1);
      List<Item> profile = new ArrayList<>();
      for (int i = 0; i < items; i++) {
        profile.add(item(id, i, taste, random));
      }
      Filed question = file(taste, random);
      String input = INSTRUCTION + LampLayout.SAMPLE.marker() + question.note();
      questions.add(new Question(id, input, profile));
      golds.add(new Gold(id, question.shelf()));
    }
    Json.writeAtomically(folder.resolve(split + "_questions.json"), questions);
    Json.writeAtomically(
        folder.resolve(split + "_outputs.json"), new Outputs(LampLayout.SAMPLE.taskId(), golds));
  }

  private Item item(String user, int index, Taste taste, Random random) {
    Filed filed = file(taste, random);
    boolean slip = random.nextDouble() < SLIPS;
    return new Item(
        user + "-" + index,
        filed.note(),
        slip ? shelves.get(random.nextInt(shelves.size())) : filed.shelf(),
        FIRST_DAY.plusDays(index).toString());
  }

  private record Item(String id, String note, String shelf, String date) {}

  private record Question(String id, String input, List<Item> profile) {}

  private record Gold(String id, String output) {}

  private record Outputs(String task, List<Gold> golds) {}

  private record Filed(String note, String shelf) {}

  private static Filed file(Taste taste, Random random) {
    Subject subject = pick(taste.subjects(), random);
    Angle angle = Angle.values()[random.nextInt(Angle.values().length)];
    String phrase = pick(angle.phrases(), random);
    String first = pick(subject.things(), random);
    String second = pick(subject.things(), random);
    String note =
        phrase.indexOf("%s") == phrase.lastIndexOf("%s")
            ? phrase.formatted(first) + ", with " + second
            : phrase.formatted(first, second);
    return new Filed(note, taste.shelf(subject, angle));
  }

  private static <T> T pick(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
