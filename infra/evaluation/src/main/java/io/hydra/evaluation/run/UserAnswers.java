package io.hydra.evaluation.run;

import io.hydra.evaluation.method.Method;
import io.hydra.evaluation.result.Question;
import io.hydra.evaluation.result.Usage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One user's questions and every method's answers to them, in the order of asking. */
final class UserAnswers {
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
