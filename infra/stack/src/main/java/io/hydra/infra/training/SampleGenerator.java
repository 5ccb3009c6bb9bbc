package io.hydra.infra.training;

import io.hydra.datasets.lamp.LampLayout;
import io.hydra.infra.output.Json;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * The sample that ships with the project: readers who file short notes on shelves, each in a way of
 * their own. It is made up, seeded, and written in LaMP's layout, so it takes the very path that
 * real data take.
 *
 * <p>A note names one or two things of its subject from one angle. One filing in twenty is a slip
 * onto any shelf; a question's answer is never a slip. What a figure on the sample can say is that
 * the path works and that habits are learned, not how well a real LLM would do.
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
      SUBJECTS.stream().map(Subject::usualShelf).distinct().sorted().toList();

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
    Json.prepareFolder(folder.resolve("train"));
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
    String phrase = pick(angle.phrases, random);
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

  /** Subjects of notes, each with the shelf that most readers would file it on. */
  private static final List<Subject> SUBJECTS =
      """
      sport: the gravel bike, a long climb, new brake pads, the Sunday peloton
      sport: a half marathon, worn running shoes, the track session, a tempo run
      sport: the bouldering wall, a chalk bag, an overhang, the belay partner
      food: a sourdough loaf, rye flour, the proofing basket, cinnamon buns
      food: a pour-over kettle, light-roast beans, the hand grinder, an espresso shot
      food: wild garlic, a basket of chanterelles, elderflower cordial, sloe berries
      nature: the raised bed, tomato seedlings, a compost heap, late frost
      nature: a pair of goldfinches, the nesting box, migrating cranes, a field guide
      science: Saturn's rings, a small telescope, the meteor shower, a red dwarf
      science: a gene drive, ancient DNA, the sequencing lab, a model organism
      technology: a folding phone, the battery health page, an app update, a cracked screen
      technology: a robot arm, the stepper motors, a line follower, the control board
      travel: the night train, a rail pass, the dining car, a mountain viaduct
      travel: a weekend in Lisbon, the old tram line, a rooftop hostel, the harbour market
      arts: a watercolour block, the life-drawing class, cobalt blue, a small gallery
      arts: a bebop record, the trumpet solo, a basement club, brushes on a snare
      history: a ruined keep, the moat survey, a siege engine, the gatehouse chapel
      history: a box of old letters, the parish register, a wartime diary, faded ink
      family: the school run, a bedtime story, pocket money, the birthday party
      family: grandfather's workshop, a family recipe, the Sunday call, photo albums
      health: a morning stretch, the breathing exercise, a cork mat, a balance pose
      health: a sleep diary, the afternoon nap, blackout curtains, a steady bedtime
      business: an index fund, the household budget, a pension letter, compound interest
      business: a pitch deck, the first customer, a seed round, the co-working lease
      workshop: a dovetail joint, the hand plane, an oak stool, a sharpening stone
      workshop: a wool jumper, circular needles, the cable pattern, leftover yarn
      """
          .lines()
          .map(Subject::parse)
          .toList();

  private record Subject(String usualShelf, List<String> things) {
    static Subject parse(String line) {
      String[] parts = line.split(": ", 2);
      return new Subject(parts[0], List.of(parts[1].split(", ")));
    }
  }

  /** A note's way to look at its subject, and the shelf of those who file by that. */
  private enum Angle {
    HOW_TO("workshop", "step by step, how to get started with %s", "five tricks for %s and %s"),
    COST("business", "what %s really costs over a year", "is %s worth the money, given %s?"),
    PAST("history", "a hundred years of %s", "where %s came from, and what %s replaced"),
    RESEARCH("science", "a new study measures %s", "what researchers learnt from %s and %s"),
    WELLBEING("health", "why %s is good for body and mind", "feeling better with %s and %s"),
    STORY("family", "my sister, %s and an unexpected afternoon", "what %s taught me about %s");

    private final String shelf;

    /** With one or two places for things. */
    @SuppressWarnings("ImmutableEnumChecker") // An immutable list of strings.
    private final List<String> phrases;

    Angle(String shelf, String... phrases) {
      this.shelf = shelf;
      this.phrases = List.of(phrases);
    }
  }

  /**
   * One reader's way of filing notes: some subjects lie on a shelf of the reader's own choice, and
   * some readers file one angle by the angle, whatever the subject. All else lies where it usually
   * does.
   *
   * @param ownShelves subjects that the reader files elsewhere than most
   * @param byAngle the angle that the reader files by, or null
   */
  private record Taste(List<Subject> subjects, Map<Subject, String> ownShelves, Angle byAngle) {
    private static final int READ = 6;
    private static final int OWN_SHELVES = 2;
    private static final double ANGLE_READERS = 0.4;

    static Taste draw(Random random, List<String> shelves) {
      List<Subject> all = new ArrayList<>(SUBJECTS);
      Collections.shuffle(all, random);
      List<Subject> subjects = List.copyOf(all.subList(0, READ));
      Map<Subject, String> own = new HashMap<>();
      List<Subject> unusual = new ArrayList<>(subjects);
      Collections.shuffle(unusual, random);
      for (Subject subject : unusual.subList(0, OWN_SHELVES)) {
        List<String> others = new ArrayList<>(shelves);
        others.remove(subject.usualShelf());
        own.put(subject, others.get(random.nextInt(others.size())));
      }
      Angle byAngle =
          random.nextDouble() < ANGLE_READERS
              ? Angle.values()[random.nextInt(Angle.values().length)]
              : null;
      return new Taste(subjects, own, byAngle);
    }

    String shelf(Subject subject, Angle angle) {
      return angle == byAngle
          ? angle.shelf
          : ownShelves.getOrDefault(subject, subject.usualShelf());
    }
  }
}
