package io.hydra.evaluation.streaming;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.run.Asker;
import io.hydra.evaluation.run.Asker.Reply;
import io.hydra.evaluation.run.Settings;
import io.hydra.evaluation.streaming.Stream.Variant;
import io.hydra.model.CallSaving;
import io.hydra.model.Learner;
import io.hydra.model.PersonalModel;
import io.hydra.model.Reading;
import io.hydra.model.Reading.Choice;
import io.hydra.model.Reading.RankedItem;
import io.hydra.model.base.TaskScorer;
import io.hydra.model.feature.Samples;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.prompt.Prompt;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** One user's stream: each item is asked, then learned by every variant. */
final class StreamedUser {
  private final PersonalModel model;
  private final TaskSpec task;
  private final TaskScorer scorer;
  private final Asker asker;
  private final FitSettings fit;
  private final CallSaving saving;

  StreamedUser(PersonalModel model, Settings settings, Asker asker) {
    this.model = model;
    this.task = settings.task();
    this.scorer = model.scorer(task);
    this.asker = asker;
    this.fit = settings.fit();
    this.saving = settings.saving();
  }

  /**
   * @return one per item
   */
  List<Answered> run(ShiftedUser user) {
    Learner forgetting = model.learner(task, fit);
    Learner keeping = model.learner(task, fit.withoutForgetting());
    Learner sparing = model.learner(task, fit);
    Heads frozen = Heads.NONE;
    List<Answered> answers = new ArrayList<>();
    for (int i = 0; i < user.items().size(); i++) {
      HistoryItem item = user.items().get(i);
      List<HistoryItem> past = user.items().subList(0, i);
      Heads own = forgetting.heads(i);
      if (i <= user.shift()) {
        frozen = own;
      }
      Reading reading = model.read(task, forgetting, item.input());
      List<HistoryItem> nearest =
          scorer.retrieve(forgetting.query(item.input())).stream()
              .limit(task.used())
              .map(past::get)
              .toList();
      List<HistoryItem> ranked = reading.rank(Heads.NONE).stream().map(RankedItem::item).toList();
      CompletableFuture<Reply> rag =
          asker.one(Prompt.personalized(task, nearest, item.input()).messages());
      List<String> samples =
          asker.samples(Prompt.personalized(task, ranked, item.input())).join().texts();
      Map<Variant, String> said = new EnumMap<>(Variant.class);
      said.put(Variant.RAG, rag.join().first());
      said.put(Variant.POPULATION, reading.choose(samples, Heads.NONE).text());
      said.put(Variant.FROZEN, reading.choose(samples, frozen).text());
      said.put(Variant.WITHOUT_FORGETTING, reading.choose(samples, keeping.heads(i)).text());
      said.put(Variant.HYDRA, reading.choose(samples, own).text());
      Heads spared = sparing.heads(i);
      Reading read = model.read(task, sparing, item.input());
      Optional<Choice> unasked =
          saving.answer(task, read, spared, user.id() + "/" + item.eventId());
      said.put(Variant.SAVING, unasked.orElseGet(() -> read.choose(samples, spared)).text());
      answers.add(new Answered(said, own.adapter().shifted(), unasked.isPresent()));
      forgetting.learn(item, Samples.of(samples));
      keeping.learn(item, Samples.of(samples));
      sparing.learn(item, unasked.isPresent() ? Samples.MISSING : Samples.of(samples));
    }
    return answers;
  }

  /**
   * The answers to one item.
   *
   * @param tellsOfShift whether the response would say that the user's behaviour has turned
   * @param unasked whether saving calls needed none
   */
  record Answered(Map<Variant, String> texts, boolean tellsOfShift, boolean unasked) {}

  /**
   * A user in time order, who may turn into somebody else.
   *
   * @param id of the user
   * @param items in the order in which they are lived
   * @param shift index of the first item of the new behaviour; {@code items.size()} if there is
   *     none
   */
  public record ShiftedUser(String id, List<HistoryItem> items, int shift) {
    /** With fewer items on a side there is nothing to forget or to relearn. */
    private static final int FEWEST = 8;

    public ShiftedUser {
      items = List.copyOf(items);
    }

    public boolean isShifted() {
      return shift < items.size();
    }

    /**
     * Half of the users that are long enough exchange the second half of their items with another
     * of them; the others stay as they are.
     */
    public static List<ShiftedUser> of(List<LampUser> users, long seed) {
      List<LampUser> longEnough =
          new ArrayList<>(users.stream().filter(u -> u.profile().size() >= 2 * FEWEST).toList());
      Collections.shuffle(longEnough, new Random(seed));
      List<ShiftedUser> shifted = new ArrayList<>();
      int exchanged = longEnough.size() / 4 * 2;
      for (int i = 0; i < exchanged; i += 2) {
        LampUser a = longEnough.get(i);
        LampUser b = longEnough.get(i + 1);
        shifted.add(exchange(a, b));
        shifted.add(exchange(b, a));
      }
      List<LampUser> stay = new ArrayList<>(users);
      stay.removeAll(longEnough.subList(0, exchanged));
      stay.forEach(u -> shifted.add(new ShiftedUser(u.id(), u.profile(), u.profile().size())));
      return shifted;
    }

    private static ShiftedUser exchange(LampUser user, LampUser other) {
      int half = user.profile().size() / 2;
      int otherHalf = other.profile().size() / 2;
      List<HistoryItem> items = new ArrayList<>(user.profile().subList(0, half));
      items.addAll(other.profile().subList(otherHalf, other.profile().size()));
      return new ShiftedUser(user.id(), items, half);
    }
  }
}
