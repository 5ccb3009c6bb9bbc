package io.hydra.infra.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How one reader files notes: some subjects lie on a shelf of the reader's own choice, and some
 * readers file one angle by the angle, whatever the subject. All else lies where it usually does.
 *
 * @param subjects what the reader reads about
 * @param ownShelves subjects that the reader files elsewhere than most
 * @param byAngle the angle that the reader files by, or null
 */
record Taste(List<Subject> subjects, Map<Subject, String> ownShelves, Angle byAngle) {
  private static final int SUBJECTS = 6;
  private static final int OWN_SHELVES = 2;
  private static final double ANGLE_READERS = 0.4;

  static Taste draw(Random random, List<String> shelves) {
    List<Subject> all = new ArrayList<>(Arrays.asList(Subject.values()));
    Collections.shuffle(all, random);
    List<Subject> subjects = List.copyOf(all.subList(0, SUBJECTS));
    Map<Subject, String> own = new EnumMap<>(Subject.class);
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
        ? angle.shelf()
        : ownShelves.getOrDefault(subject, subject.usualShelf());
  }
}
