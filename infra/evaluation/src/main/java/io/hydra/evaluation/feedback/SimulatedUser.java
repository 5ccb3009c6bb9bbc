package io.hydra.evaluation.feedback;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.metric.Form;
import io.hydra.model.Reading.Choice;
import io.hydra.model.Reading.Choice.ScoredCandidate;
import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Rouge;
import io.hydra.model.text.Words;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A user who asks about the items of a user of the data, in an order drawn by seed. Who judges asks
 * over again when all are asked: of a closed task they accept or reject the answer; of open text
 * they choose between the two candidates on top. Who writes has a history, and asks once about each
 * item.
 */
final class SimulatedUser {
  /** Answers that each one is given, and at most if they write. */
  static final int RESPONSES = 100;

  /** After so many a {@link Temper#TURNING} user turns. */
  static final int TURN = 50;

  /** Fewer items would be asked about too often. */
  private static final int FEWEST_ITEMS = 10;

  /** Of the samples of an LLM that knows the user, how many say what the user wants. */
  private static final double KNOWN = 0.9;

  private final String id;
  private final TaskSpec task;
  private final Temper temper;
  private final Taste taste;
  private final Taste later;
  private final List<HistoryItem> questions = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private final Random coin;

  SimulatedUser(LampUser user, TaskSpec task, Temper temper, long seed) {
    long own = 31 * seed + user.id().hashCode();
    this.id = user.id();
    this.task = task;
    this.temper = temper;
    this.taste = temper.hasOwnTaste() ? Taste.drawn(task, own) : Taste.TRUE;
    this.later = temper == Temper.TURNING ? Taste.opposite(task, own) : taste;
    this.coin = new Random(own);
    Random order = new Random(own + 1);
    List<HistoryItem> items = new ArrayList<>(readable(user, task));
    do {
      Collections.shuffle(items, order);
      questions.addAll(items.subList(0, Math.min(items.size(), RESPONSES - questions.size())));
    } while (!temper.writes() && questions.size() < RESPONSES);
    for (HistoryItem question : questions) {
      outputs.add(temper == Temper.WRITING_BY_CHANCE ? any(items) : question.output());
    }
  }

  private String any(List<HistoryItem> items) {
    return task.isClosed()
        ? task.options().get(coin.nextInt(task.options().size()))
        : items.get(coin.nextInt(items.size())).output();
  }

  /** Tells whether a user of the data has enough to ask about. */
  static boolean canBe(LampUser user, TaskSpec task) {
    return readable(user, task).size() >= FEWEST_ITEMS;
  }

  private static List<HistoryItem> readable(LampUser user, TaskSpec task) {
    return user.profile().stream()
        .filter(item -> !task.isClosed() || task.indexOf(item.output()) >= 0)
        .toList();
  }

  String id() {
    return id;
  }

  Temper temper() {
    return temper;
  }

  /** The number of answers they are given. */
  int responses() {
    return questions.size();
  }

  String input(int response) {
    return questions.get(response).input();
  }

  /** The answer that the user would be happiest with. */
  String wanted(int response) {
    String output = outputs.get(response);
    return (response < TURN ? taste : later).apply(output);
  }

  /**
   * The samples of the LLM as this user gets them; to be asked for in the order of the responses.
   */
  List<String> hear(int response, List<String> samples) {
    return temper != Temper.KNOWN
        ? samples
        : samples.stream()
            .map(sample -> coin.nextDouble() < KNOWN ? wanted(response) : sample)
            .toList();
  }

  /** The user's verdict on an answer; to be asked for in the order of the responses. */
  Feedback judge(int response, String queryId, Choice choice) {
    if (task.isClosed()) {
      boolean accepts =
          temper == Temper.RANDOM ? coin.nextBoolean() : choice.text().equals(wanted(response));
      return new Feedback(queryId, accepts ? Verdict.ACCEPTED : Verdict.REJECTED, null, null, null);
    }
    List<ScoredCandidate> top =
        choice.candidates().subList(0, Math.min(2, choice.candidates().size()));
    int chosen =
        temper == Temper.RANDOM
            ? coin.nextInt(Math.max(1, top.size()))
            : nearest(top, wanted(response));
    return new Feedback(queryId, Verdict.CHOSE, chosen, null, null);
  }

  private int nearest(List<ScoredCandidate> candidates, String wanted) {
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < candidates.size(); c++) {
      String text = candidates.get(c).text();
      double likeness =
          temper.hasOwnTaste()
              ? Form.likeness(text, wanted)
              : Rouge.closeness(Words.of(text), Words.of(wanted));
      if (likeness > most) {
        most = likeness;
        best = c;
      }
    }
    return best;
  }
}
