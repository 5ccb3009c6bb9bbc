package io.hydra.infra.llm.model;

import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

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

  /** Of examples that count as they do for every task. */
  public SimulatedModel(Prior prior) {
    this(prior, 1);
  }

  /**
   * @param evidence the factor of every example's weight
   */
  public SimulatedModel(Prior prior, double evidence) {
    LoadingCache<String, Text> texts = Text.cache(prior.vocabulary(), CACHED_CHARS);
    labels = new LabelAnswers(prior, texts, evidence);
    titles = new TitleAnswers(prior, texts, evidence);
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

  /**
   * The models of one server: the plain one, those with a name, or both. They differ in their
   * priors alone.
   */
  public record Models(SortedMap<String, SimulatedModel> byId) {
    /**
     * The plain model's name, and the beginning of the others': nobody shall take them for real.
     */
    public static final String PLAIN = "hydra-simulated-llm";

    private static final String PREFIX = PLAIN + "-";

    /** Of at least one model; the empty name is the plain one's. */
    public static Models named(Map<String, SimulatedModel> byName) {
      if (byName.isEmpty()) {
        throw new IllegalArgumentException("at least one model is needed");
      }
      SortedMap<String, SimulatedModel> byId = new TreeMap<>();
      byName.forEach((name, model) -> byId.put(name.isEmpty() ? PLAIN : PREFIX + name, model));
      return new Models(byId);
    }

    /** A model under its full name. */
    public record Named(String id, SimulatedModel model) {}

    /** Full names, sorted. */
    public List<String> ids() {
      return new ArrayList<>(byId.keySet());
    }

    /**
     * The model that a request asks for, by its full name or what follows {@link #PLAIN} and a
     * hyphen. Any other name means the plain model, where there is one; but beside named models one
     * that starts as theirs do is a slip, which must not be answered with another prior.
     */
    public Optional<Named> find(String requested) {
      for (String id : List.of(requested, PREFIX + requested)) {
        if (byId.containsKey(id)) {
          return Optional.of(new Named(id, byId.get(id)));
        }
      }
      boolean slip = requested.startsWith(PREFIX) && byId.size() > 1;
      return slip
          ? Optional.empty()
          : Optional.ofNullable(byId.get(PLAIN)).map(m -> new Named(PLAIN, m));
    }
  }
}
