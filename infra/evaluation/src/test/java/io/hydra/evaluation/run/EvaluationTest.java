package io.hydra.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.evaluation.method.Method;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.evaluation.run.Settings.QuestionMode;
import io.hydra.llm.LlmRequest;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.model.prompt.ChatMessage.Role;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final TaskSpec TITLES = TaskCatalogue.shipped().find("LaMP_5").orElseThrow();
  private static final TaskSpec STARS = TaskCatalogue.shipped().find("LaMP_3").orElseThrow();
  private static final List<String> THINGS = List.of("strings", "cable", "drum", "stand", "bow");

  private static LampUser reader(String id, int items, String changedLast) {
    Random random = new Random(id.hashCode());
    List<HistoryItem> profile = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      String thing = THINGS.get(random.nextInt(THINGS.size()));
      String output = i == items - 1 && changedLast != null ? changedLast : title(id, i, thing);
      profile.add(new HistoryItem(id + "-" + i, i + 1, "On a " + thing + " of " + id + i, output));
    }
    return new LampUser(id, profile, "On the last drum", "The last drum");
  }

  private static String title(String id, int i, String thing) {
    return "Gold%sx%d %s".formatted(id, i, thing);
  }

  private static LampUser shopper(String id, int items, String changedLast) {
    Random random = new Random(id.hashCode());
    List<HistoryItem> profile = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      int stars = 1 + random.nextInt(5);
      String input = "word" + stars + " " + THINGS.get(random.nextInt(THINGS.size()));
      String output = i == items - 1 && changedLast != null ? changedLast : Integer.toString(stars);
      profile.add(new HistoryItem(id + "-" + i, i + 1, input, output));
    }
    return new LampUser(id, profile, "word3 bow", "3");
  }

  private interface Maker {
    LampUser make(String id, int items, String changedLast);
  }

  private static Round round(Maker maker, String changedLast) {
    List<LampUser> base = new ArrayList<>();
    for (int u = 0; u < 10; u++) {
      base.add(maker.make("b" + u, 8, null));
    }
    List<LampUser> measured = new ArrayList<>();
    for (int u = 0; u < 3; u++) {
      measured.add(maker.make("m" + u, 5 + u, changedLast));
    }
    return new Round("test", base, measured, "fake");
  }

  private static Evaluation.Outcome run(
      TaskSpec task, Round round, QuestionMode mode, int threads, FakeLlm chat) {
    Set<Method> methods = new LinkedHashSet<>(List.of(Method.values()));
    methods.removeIf(method -> !method.fits(task));
    Settings settings =
        new Settings(task, mode, methods, List.of(1L), 20, threads, 0.03, FitSettings.DEFAULT);
    RoundBase bases =
        new RoundBase(task, TaskCatalogue.shipped(), null, chat, 20, EvaluationProgress.NONE);
    return new Evaluation(settings, bases, chat, EvaluationProgress.NONE).run(List.of(round));
  }

  private static Map<String, List<String>> byMethod(Evaluation.Outcome outcome) {
    Map<String, List<String>> texts = new HashMap<>();
    for (Answers answers : outcome.answers()) {
      texts.put(answers.method(), answers.texts());
    }
    return texts;
  }

  @Test
  void everyMethodAnswersEveryQuestion() {
    Evaluation.Outcome outcome =
        run(STARS, round(EvaluationTest::shopper, null), QuestionMode.ALL, 2, new FakeLlm("4"));
    assertThat(outcome.questions()).hasSize(5 + 6 + 7);
    assertThat(byMethod(outcome))
        .containsOnlyKeys(
            Method.parse(Method.ids()).stream()
                .filter(method -> method.fits(STARS))
                .map(Method::id)
                .toList());
    assertThat(byMethod(outcome).values())
        .allSatisfy(texts -> assertThat(texts).hasSize(18).allMatch(STARS.options()::contains));
  }

  @Test
  void lampsOwnQuestionIsAskedWithTheWholeProfile() {
    Evaluation.Outcome outcome =
        run(STARS, round(EvaluationTest::shopper, null), QuestionMode.LAMP, 2, new FakeLlm("4"));
    assertThat(outcome.questions()).extracting(Question::seen).containsExactly(5, 6, 7);
    assertThat(outcome.questions()).extracting(Question::gold).containsOnly("3");
    assertThat(byMethod(outcome).values()).allSatisfy(texts -> assertThat(texts).hasSize(3));
  }

  @Test
  void theLastFifthIsAskedWithTheEarlierItems() {
    assertThat(QuestionMode.LAST20.firstAsked(20)).isEqualTo(16);
    assertThat(QuestionMode.LAST20.firstAsked(4)).isEqualTo(3);
    Evaluation.Outcome outcome =
        run(STARS, round(EvaluationTest::shopper, null), QuestionMode.LAST20, 1, new FakeLlm("4"));
    assertThat(outcome.questions()).extracting(Question::seen).containsExactly(4, 4, 5, 5, 6);
  }

  /** The last item's own output may change nothing of what was answered to any question. */
  @Test
  void noQuestionsGoldReachesAFit() {
    Map<String, List<String>> stars =
        byMethod(
            run(
                STARS,
                round(EvaluationTest::shopper, null),
                QuestionMode.ALL,
                2,
                new FakeLlm("4")));
    Map<String, List<String>> otherGold =
        byMethod(
            run(STARS, round(EvaluationTest::shopper, "1"), QuestionMode.ALL, 2, new FakeLlm("4")));
    assertThat(otherGold).isEqualTo(stars);
    Map<String, List<String>> titles =
        byMethod(
            run(
                TITLES,
                round(EvaluationTest::reader, null),
                QuestionMode.ALL,
                2,
                new FakeLlm("None")));
    Map<String, List<String>> otherTitles =
        byMethod(
            run(
                TITLES,
                round(EvaluationTest::reader, "Quite another"),
                QuestionMode.ALL,
                2,
                new FakeLlm("None")));
    assertThat(otherTitles).isEqualTo(titles);
  }

  /** Else the test above could not fail: what is learned does change later answers. */
  @Test
  void anEarlierItemsOutputDoesReachLaterAnswers() {
    Round plain = round(EvaluationTest::reader, null);
    List<LampUser> changed =
        plain.measured().stream().map(EvaluationTest::withAnotherFirstOutput).toList();
    Map<String, List<String>> before =
        byMethod(run(TITLES, plain, QuestionMode.ALL, 2, new FakeLlm("None")));
    Map<String, List<String>> after =
        byMethod(
            run(
                TITLES,
                new Round("test", plain.base(), changed, "fake"),
                QuestionMode.ALL,
                2,
                new FakeLlm("None")));
    assertThat(after.get("hydra")).isNotEqualTo(before.get("hydra"));
    assertThat(after.get("hydra-paper")).isNotEqualTo(before.get("hydra-paper"));
    assertThat(after.get("zero-shot")).isEqualTo(before.get("zero-shot"));
  }

  private static LampUser withAnotherFirstOutput(LampUser user) {
    List<HistoryItem> items = new ArrayList<>(user.profile());
    HistoryItem first = items.get(0);
    items.set(
        0, new HistoryItem(first.eventId(), first.occurredAt(), first.input(), "Another first"));
    return new LampUser(user.id(), items, user.question(), user.gold());
  }

  @Test
  void noPromptShowsAnItemItselfOrALaterOne() {
    FakeLlm chat = new FakeLlm("None");
    Round round = round(EvaluationTest::reader, null);
    Evaluation.Outcome unused = run(TITLES, round, QuestionMode.ALL, 2, chat);
    List<LampUser> users = new ArrayList<>(round.measured());
    users.addAll(round.base());
    int checked = 0;
    for (LlmRequest request : chat.asked) {
      List<ChatMessage> messages = request.messages();
      String question = messages.get(messages.size() - 1).content();
      for (LampUser user : users) {
        for (int i = 0; i < user.profile().size(); i++) {
          if (question.endsWith(user.profile().get(i).input() + "</text>")) {
            List<String> shown =
                messages.stream()
                    .filter(m -> m.role() == Role.ASSISTANT)
                    .map(ChatMessage::content)
                    .toList();
            List<String> own = user.profile().stream().map(HistoryItem::output).toList();
            assertThat(own.subList(0, i)).containsAll(shown);
            checked++;
          }
        }
      }
    }
    assertThat(checked).isGreaterThan(100);
  }

  @Test
  void personalDataAreHiddenFromTheLlmAndStandInTheAnswer() {
    Round plain = round(EvaluationTest::reader, null);
    List<LampUser> writers =
        plain.measured().stream()
            .map(
                user -> {
                  List<HistoryItem> items = new ArrayList<>(user.profile());
                  items.replaceAll(
                      item ->
                          new HistoryItem(
                              item.eventId(),
                              item.occurredAt(),
                              item.input(),
                              "Write to %s@example.com".formatted(item.eventId())));
                  return new LampUser(user.id(), items, user.question(), user.gold());
                })
            .toList();
    FakeLlm chat = new FakeLlm("None");
    List<String> answers =
        byMethod(
                run(
                    TITLES,
                    new Round("test", plain.base(), writers, "fake"),
                    QuestionMode.LAMP,
                    2,
                    chat))
            .get("hydra-redacted");
    assertThat(answers).hasSize(3).allMatch(answer -> answer.endsWith("@example.com"));
    assertThat(chat.asked).anyMatch(request -> request.messages().toString().contains("[EMAIL_1]"));
  }

  /** A twin's own part is as good as one's own, and that of an opposite is not. */
  @Test
  void swappedIsTheOwnPartOfTheNextUser() {
    LampUser user = shopper("m", 20, null);
    assertThat(swapped(user, new LampUser("twin", user.profile(), "word3 bow", "3"))).isTrue();
    List<HistoryItem> items = new ArrayList<>(user.profile());
    items.replaceAll(
        item ->
            new HistoryItem(
                item.eventId(),
                item.occurredAt(),
                item.input(),
                Integer.toString(6 - Integer.parseInt(item.output()))));
    assertThat(swapped(user, new LampUser("opposite", items, "word3 bow", "3"))).isFalse();
  }

  /** Tells whether both users' answers are those with their own parts. */
  private static boolean swapped(LampUser user, LampUser other) {
    Round plain = round(EvaluationTest::shopper, null);
    Round pair = new Round("test", plain.base(), List.of(user, other), "fake");
    Map<String, List<String>> answers =
        byMethod(run(STARS, pair, QuestionMode.ALL, 2, new FakeLlm("4")));
    return answers.get("hydra-swapped").equals(answers.get("hydra"));
  }

  @Test
  void theNumberOfThreadsChangesNothing() {
    Round round = round(EvaluationTest::shopper, null);
    assertThat(byMethod(run(STARS, round, QuestionMode.ALL, 4, new FakeLlm("4"))))
        .isEqualTo(byMethod(run(STARS, round, QuestionMode.ALL, 1, new FakeLlm("4"))));
  }
}
