package io.hydra.evaluation.run;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.method.Examples;
import io.hydra.evaluation.method.Method;
import io.hydra.evaluation.method.ProfilePrompts;
import io.hydra.evaluation.method.Vote;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.evaluation.result.Results.Usage;
import io.hydra.evaluation.run.Asker.Reply;
import io.hydra.evaluation.run.Settings.QuestionMode;
import io.hydra.model.CallSaving;
import io.hydra.model.Learner;
import io.hydra.model.PersonalModel;
import io.hydra.model.Reading;
import io.hydra.model.Reading.RankedItem;
import io.hydra.model.base.TaskScorer;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.prompt.Prompt;
import io.hydra.model.prompt.PromptRules;
import io.hydra.model.prompt.Redactor;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One user from the first item to the last question: each question is asked with the items before
 * it alone, by every method, and its item is learned only after all have answered.
 */
final class UserRun {
  private static final PromptRules REDACTED =
      new PromptRules(Integer.MAX_VALUE, Redactor.installed());

  private final PersonalModel model;
  private final TaskSpec task;
  private final TaskScorer scorer;
  private final Asker asker;
  private final Settings settings;
  private final Set<Method> methods;
  private final long seed;
  private final UserAnswers answers = new UserAnswers();

  /** The user's description, and for how many items it was made. */
  private CompletableFuture<Reply> profile;

  private int profiledItems;

  UserRun(PersonalModel model, Asker asker, Settings settings, long seed) {
    this.model = model;
    this.task = settings.task();
    this.scorer = model.scorer(task);
    this.asker = asker;
    this.settings = settings;
    this.methods = settings.methods();
    this.seed = seed;
  }

  /**
   * Blocks until the user's last question is answered.
   *
   * @param other a user of whom as many items are learned, but never the last one
   */
  UserAnswers run(LampUser user, LampUser other) {
    Learner learner = model.learner(task, settings.fit());
    SavingRun saving =
        methods.contains(Method.HYDRA_SAVING)
            ? new SavingRun(model, task, asker, settings.fit(), settings.saving())
            : null;
    SavingRun swapped =
        methods.contains(Method.HYDRA_SWAPPED)
            ? new SavingRun(model, task, asker, settings.fit(), CallSaving.NONE)
            : null;
    List<HistoryItem> items = user.profile();
    int firstAsked = settings.mode().firstAsked(items.size());
    for (int i = 0; i < items.size(); i++) {
      HistoryItem item = items.get(i);
      Samples samples = Samples.MISSING;
      if (i >= firstAsked) {
        String id = user.id() + "/" + item.eventId();
        Question question = new Question(id, user.id(), i, item.output());
        Heads others = swapped == null ? Heads.NONE : swapped.heads();
        samples = ask(question, item.input(), items.subList(0, i), learner, others);
        if (saving != null) {
          answers.answer(Method.HYDRA_SAVING, saving.ask(id, item.input()));
        }
      }
      learner.learn(item, samples);
      if (saving != null) {
        saving.learn(item);
      }
      if (swapped != null && i + 1 < other.profile().size()) {
        HistoryItem theirs = other.profile().get(i);
        if (i >= firstAsked) {
          var unused = swapped.ask(other.id() + "/" + theirs.eventId(), theirs.input());
        }
        swapped.learn(theirs);
      }
    }
    if (settings.mode() == QuestionMode.LAMP) {
      Question question = new Question(user.id(), user.id(), items.size(), user.gold());
      Heads others = swapped == null ? Heads.NONE : swapped.heads();
      Samples unused = ask(question, user.question(), items, learner, others);
      if (saving != null) {
        answers.answer(Method.HYDRA_SAVING, saving.ask(user.id(), user.question()));
      }
    }
    return answers;
  }

  /**
   * @param others another user's
   * @return the LLM's samples for hydra, to be learned from
   */
  private Samples ask(
      Question question, String input, List<HistoryItem> past, Learner learner, Heads others) {
    Heads heads = learner.heads(learner.size());
    Reading reading = model.read(task, learner, input);
    Situation situation = learner.query(input);
    List<HistoryItem> nearest =
        scorer.retrieve(situation).stream().limit(task.used()).map(past::get).toList();
    List<HistoryItem> byPopulation = items(reading.rank(Heads.NONE));
    List<HistoryItem> byHeads = items(reading.rank(heads));
    long questionSeed = seed * 31 + question.id().hashCode();

    // Asked together; what needs no LLM, and the paper's method, which PaperRun asks, are not here.
    Map<Method, CompletableFuture<Reply>> asked = new EnumMap<>(Method.class);
    for (Method method : methods) {
      CompletableFuture<Reply> reply =
          switch (method) {
            case ZERO_SHOT -> plain(input);
            case ICL_RANDOM -> one(Examples.random(past, task.used(), questionSeed), input);
            case LAST_N -> one(Examples.newest(past, task.used()), input);
            case RAG -> one(nearest, input);
            case PAG -> profiled(past, nearest, input);
            case HYDRA_RERANKER -> one(byHeads, input);
            case RAG_VOTE, HYDRA_ADAPTER -> samples(nearest, input);
            case HYDRA_POPULATION -> samples(byPopulation, input);
            case ORACLE, HYDRA, HYDRA_SWAPPED -> samples(byHeads, input);
            case HYDRA_REDACTED -> redacted(byHeads, input);
            case USUAL_LABEL, HYDRA_PAPER, HYDRA_SAVING -> null;
          };
      if (reply != null) {
        asked.put(method, reply);
      }
    }
    answers.ask(question);
    if (methods.contains(Method.USUAL_LABEL)) {
      String usual = Examples.usualLabel(task, past, scorer.base().shares());
      answers.answer(Method.USUAL_LABEL, usual, Usage.NONE);
    }
    Samples learned = Samples.MISSING;
    for (Map.Entry<Method, CompletableFuture<Reply>> one : asked.entrySet()) {
      Reply reply = one.getValue().join();
      String chosen =
          one.getKey() == Method.ORACLE
              ? Vote.closest(reply.texts(), question.gold())
              : choose(
                  one.getKey(),
                  reply,
                  reading,
                  one.getKey() == Method.HYDRA_SWAPPED ? others : heads);
      answers.answer(one.getKey(), chosen, reply.usage());
      if (one.getKey() == Method.HYDRA) {
        learned = Samples.of(reply.texts());
      }
    }
    return learned;
  }

  private String choose(Method method, Reply reply, Reading reading, Heads heads) {
    return switch (method) {
      case RAG_VOTE -> Vote.of(task, reply.texts());
      case HYDRA_POPULATION -> reading.choose(reply.texts(), Heads.NONE).text();
      case HYDRA_ADAPTER, HYDRA_REDACTED, HYDRA_SWAPPED, HYDRA ->
          reading.choose(reply.texts(), heads).text();
      default -> reply.first();
    };
  }

  private static List<HistoryItem> items(List<RankedItem> ranked) {
    return ranked.stream().map(RankedItem::item).toList();
  }

  private CompletableFuture<Reply> plain(String input) {
    return asker.one(Prompt.plain(task, input).messages());
  }

  private CompletableFuture<Reply> one(List<HistoryItem> examples, String input) {
    return asker.one(Prompt.personalized(task, examples, input).messages());
  }

  private CompletableFuture<Reply> samples(List<HistoryItem> examples, String input) {
    return asker.samples(Prompt.personalized(task, examples, input));
  }

  private CompletableFuture<Reply> redacted(List<HistoryItem> examples, String input) {
    return asker.samples(Prompt.personalized(task, examples, input, REDACTED));
  }

  /** The description is made again each time the history has doubled. */
  private CompletableFuture<Reply> profiled(
      List<HistoryItem> past, List<HistoryItem> nearest, String input) {
    if (past.isEmpty()) {
      return plain(input);
    }
    boolean renew = profile == null || past.size() >= 2 * profiledItems;
    if (renew) {
      profiledItems = past.size();
      List<HistoryItem> newest = Examples.newest(past, ProfilePrompts.ITEMS);
      profile = asker.description(ProfilePrompts.describe(task, newest));
    }
    return profile.thenCompose(
        description ->
            asker
                .one(ProfilePrompts.answer(task, description.first(), nearest, input))
                .thenApply(
                    reply ->
                        renew
                            ? new Reply(reply.texts(), reply.usage().plus(description.usage()))
                            : reply));
  }

  /** One user's questions and every method's answers to them, in the order of asking. */
  static final class UserAnswers {
    private final List<Question> questions = new ArrayList<>();
    private final Map<Method, List<String>> texts = new EnumMap<>(Method.class);
    private final Map<Method, Usage> usage = new EnumMap<>(Method.class);

    void ask(Question question) {
      questions.add(question);
    }

    /** Each method answers each question once, in the same order. */
    void answer(Method method, String text, Usage cost) {
      texts.computeIfAbsent(method, m -> new ArrayList<>()).add(text);
      usage.merge(method, cost, Usage::plus);
    }

    void answer(Method method, Reply reply) {
      answer(method, reply.first(), reply.usage());
    }

    /** All of a method's answers at once. */
    void answerAll(Method method, List<String> all, Usage cost) {
      texts.put(method, all);
      usage.put(method, cost);
    }

    List<Question> questions() {
      return questions;
    }

    List<String> texts(Method method) {
      return texts.getOrDefault(method, List.of());
    }

    Usage usage(Method method) {
      return usage.getOrDefault(method, Usage.NONE);
    }
  }
}
