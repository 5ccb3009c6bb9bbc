package io.hydra.evaluation.privacy;

import io.hydra.evaluation.metric.Comparison;
import io.hydra.evaluation.metric.Scored;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.result.Results.Question;
import io.hydra.evaluation.result.Results.Usage;
import io.hydra.model.task.TaskSpec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The answers of exported heads, and guesses at the histories behind them. */
public final class PrivacyOutcome {

  private final TaskSpec task;
  private final List<Question> questions = new ArrayList<>();
  private final Map<Export, List<String>> texts = new EnumMap<>(Export.class);
  private final Map<Export, Membership> knowingAll = new EnumMap<>(Export.class);
  private final Map<Export, Membership> knowingTheEvent = new EnumMap<>(Export.class);

  PrivacyOutcome(TaskSpec task) {
    this.task = task;
    for (Export export : Export.values()) {
      texts.put(export, new ArrayList<>());
      knowingAll.put(export, new Membership());
      knowingTheEvent.put(export, new Membership());
    }
  }

  TaskSpec task() {
    return task;
  }

  void answer(String user, int place, String gold, Map<Export, String> answers) {
    questions.add(
        new Question("%s/%d/%d".formatted(user, place, questions.size()), user, place, gold));
    answers.forEach((export, text) -> texts.get(export).add(text));
  }

  void guessKnowingAll(Export export, double in, double out) {
    knowingAll.get(export).add(in, out);
  }

  void guessKnowingTheEvent(Export export, double in, double out) {
    knowingTheEvent.get(export).add(in, out);
  }

  void add(PrivacyOutcome other) {
    questions.addAll(other.questions);
    for (Export export : Export.values()) {
      texts.get(export).addAll(other.texts.get(export));
      knowingAll.get(export).add(other.knowingAll.get(export));
      knowingTheEvent.get(export).add(other.knowingTheEvent.get(export));
    }
  }

  Membership knowingAll(Export export) {
    return knowingAll.get(export);
  }

  Membership knowingTheEvent(Export export) {
    return knowingTheEvent.get(export);
  }

  Comparison compare() {
    List<Answers> answers = new ArrayList<>();
    texts.forEach((export, all) -> answers.add(new Answers(export.name(), 1, all, Usage.NONE)));
    return Scored.of(task, questions, answers).compare();
  }
}
