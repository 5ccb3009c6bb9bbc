package io.hydra.infra.llm.model;

import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Answers from the messages alone. Safe for concurrent use: after start only a cache of texts
 * changes, and no answer depends on it.
 */
public final class SimulatedModel {
  /** Some 20 MB of analysed texts. */
  private static final int CACHED_CHARS = 3_000_000;

  private final LabelAnswers labels;
  private final TitleAnswers titles;
  private final Profiles profiles;

  public SimulatedModel(Prior prior) {
    LoadingCache<String, Text> texts = Text.cache(prior.vocabulary(), CACHED_CHARS);
    labels = new LabelAnswers(prior, texts);
    titles = new TitleAnswers(prior, texts);
    profiles = new Profiles(texts);
  }

  /**
   * @param messages the last of them a user's
   * @return {@code sampling.n()} answers, drawn independently; a description of a person is the
   *     same each time
   */
  public List<String> answer(List<Message> messages, Sampling sampling) {
    Prompt prompt = Prompt.parse(messages);
    if (prompt.asksForProfile()) {
      return Collections.nCopies(sampling.n(), profiles.of(prompt.examples()).text());
    }
    SplittableRandom random = new SplittableRandom(sampling.seed() ^ hash(messages));
    List<String> answers = new ArrayList<>(sampling.n());
    LabelAnswers.Distribution distribution =
        prompt.options().isEmpty() ? null : labels.distribution(prompt);
    Draft draft = distribution == null ? titles.draft(prompt) : null;
    for (int i = 0; i < sampling.n(); i++) {
      // A stream of its own each: a smaller n gives the first of the same answers.
      SplittableRandom own = random.split();
      answers.add(
          draft == null
              ? distribution.sample(sampling.temperature(), own)
              : draft.write(sampling.temperature(), own));
    }
    return answers;
  }

  /** FNV-1a, 64 bits, over roles and contents: the same on every machine and in every run. */
  static long hash(List<Message> messages) {
    long hash = 0xcbf29ce484222325L;
    for (Message message : messages) {
      hash = fnv(fnv(hash, message.role()), message.content());
    }
    return hash;
  }

  private static long fnv(long hash, String text) {
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    // A mark that no text holds keeps ("ab", "c") and ("a", "bc") apart.
    return (hash ^ 0x10000) * 0x100000001b3L;
  }

  /**
   * The settings by which answers are drawn.
   *
   * @param n number of answers, at least 1
   * @param temperature 0 (the most likely answer, always) or more
   * @param seed the same seed and messages give the same answers
   */
  public record Sampling(int n, double temperature, long seed) {}

  /** One chat message; an array of text parts is joined by line breaks. */
  public record Message(String role, String content) {
    public boolean isUser() {
      return role.equals("user");
    }

    public boolean isAssistant() {
      return role.equals("assistant");
    }

    public boolean isInstruction() {
      return role.equals("system") || role.equals("developer");
    }
  }
}
