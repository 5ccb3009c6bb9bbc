package io.hydra.evaluation.streaming;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.run.Tastes;
import io.hydra.evaluation.streaming.Turns.FalseAlarms;
import io.hydra.evaluation.streaming.Turns.Turn;
import io.hydra.evaluation.streaming.Turns.Watched;
import io.hydra.model.Learner;
import io.hydra.model.PersonalModel;
import io.hydra.model.feature.Samples;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Turns a user of a closed task into others of the same round, whose labels go through a
 * permutation of their own, and watches what their heads say of it. Which turns the labels show is
 * told from labels alone.
 */
record TurnRun(PersonalModel model, TaskSpec task, FitSettings fit, long seed) {
  /** Nothing is told before a dozen items. */
  private static final int FEWEST_BEFORE = 16;

  private static final int MOST_BEFORE = 40;

  /** Other users that each one turns into, drawn by seed. */
  private static final int OTHERS = 20;

  /** Items of a user who does not turn, at most. */
  private static final int LONGEST = 200;

  /** Of the items since, so many more than before have the label that has become more usual. */
  private static final double SHOWN = 0.5;

  /**
   * @param one of the users
   */
  Watched watch(List<LampUser> users, LampUser one) {
    int user = users.indexOf(one);
    List<HistoryItem> items = one.profile();
    List<HistoryItem> unturned = items.subList(0, Math.min(LONGEST, items.size()));
    int alarms = alarms(List.of(), unturned).size();
    List<Turn> turns = new ArrayList<>();
    if (items.size() >= FEWEST_BEFORE) {
      List<HistoryItem> before = items.subList(0, Math.min(MOST_BEFORE, items.size()));
      for (int other : others(users, user)) {
        turns.add(turn(user, other, before, Tastes.permute(task, users.get(other), seed)));
      }
    }
    return new Watched(new FalseAlarms(unturned.size(), alarms), turns);
  }

  private List<Integer> others(List<LampUser> users, int user) {
    List<Integer> others =
        new ArrayList<>(
            IntStream.range(0, users.size())
                .filter(u -> u != user && users.get(u).profile().size() >= Turns.SOON)
                .boxed()
                .toList());
    Collections.shuffle(others, new Random(seed * 31 + users.get(user).id().hashCode()));
    return others.subList(0, Math.min(OTHERS, others.size()));
  }

  private Turn turn(int user, int other, List<HistoryItem> before, LampUser into) {
    List<HistoryItem> since = into.profile().subList(0, Turns.SOON);
    int delay = alarms(before, since).stream().findFirst().orElse(Turn.NEVER);
    return new Turn(user, other, isShown(before, since), delay);
  }

  private static boolean isShown(List<HistoryItem> before, List<HistoryItem> since) {
    Map<String, Double> usual = shares(before);
    return shares(since).entrySet().stream()
        .anyMatch(label -> label.getValue() - usual.getOrDefault(label.getKey(), 0.0) >= SHOWN);
  }

  private static Map<String, Double> shares(List<HistoryItem> items) {
    return items.stream()
        .map(HistoryItem::output)
        .collect(
            Collectors.groupingBy(
                Function.identity(), Collectors.summingDouble(label -> 1.0 / items.size())));
  }

  /** The items, counted from 1, after which the heads tell of a turn and did not before. */
  private List<Integer> alarms(List<HistoryItem> before, List<HistoryItem> items) {
    Learner learner = model.learner(task, fit);
    before.forEach(item -> learner.learn(item, Samples.MISSING));
    List<Integer> alarms = new ArrayList<>();
    boolean told = learner.heads(0).adapter().shifted();
    for (int i = 0; i < items.size(); i++) {
      learner.learn(items.get(i), Samples.MISSING);
      boolean tells = learner.heads(0).adapter().shifted();
      if (tells && !told) {
        alarms.add(i + 1);
      }
      told = tells;
    }
    return alarms;
  }
}
