package io.hydra.model.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Finds what an LLM must not be told of a text. Further ones are found on the class path, by {@link
 * ServiceLoader}.
 */
@FunctionalInterface
public interface Redactor {
  /**
   * A piece of a text.
   *
   * @param kind one word in capitals, which stands in the prompt in its place
   */
  record Match(int start, int end, String kind) {}

  /**
   * The pieces to hide, in any order; of those that overlap the one that begins first is hidden.
   */
  List<Match> find(String text);

  /** Hides nothing. */
  Redactor NONE = text -> List.of();

  /** The redactor that ships, with all others on the class path. */
  static Redactor installed() {
    List<Redactor> all = new ArrayList<>(List.of(new PersonalData()));
    ServiceLoader.load(Redactor.class).forEach(all::add);
    List<Redactor> redactors = List.copyOf(all);
    return text -> redactors.stream().flatMap(each -> each.find(text).stream()).toList();
  }
}
