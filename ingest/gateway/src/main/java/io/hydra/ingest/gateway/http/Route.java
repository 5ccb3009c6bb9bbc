package io.hydra.ingest.gateway.http;

import io.hydra.ingest.gateway.auth.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A path and a method, and what is done there.
 *
 * @param template such as {@code /v1/users/{id}}
 * @param role that a key needs; null if none does
 * @param style the form in which refusals are written
 * @param parameters that may stand behind the path; null if any may, and are not read
 */
public record Route(
    String method,
    String template,
    Role role,
    ErrorStyle style,
    Endpoint endpoint,
    Set<String> parameters) {
  public Route(String method, String template, Role role, ErrorStyle style, Endpoint endpoint) {
    this(method, template, role, style, endpoint, null);
  }

  /** The same, with no other parameters than these. */
  public Route taking(String... names) {
    return new Route(method, template, role, style, endpoint, Set.of(names));
  }

  /**
   * Refuses a parameter that nothing reads: its sender means it to count.
   *
   * @throws Refusal if there is one
   */
  void requireKnown(Set<String> given) {
    if (parameters != null && !parameters.containsAll(given)) {
      String unknown =
          given.stream().filter(name -> !parameters.contains(name)).findFirst().orElseThrow();
      throw Refusal.invalid(
          Fields.isName(unknown) ? unknown : null,
          parameters.isEmpty()
              ? "this path takes no parameters: leave them out"
              : "this path takes these parameters alone: " + String.join(", ", parameters));
    }
  }

  /**
   * The decoded variables of a path that fits, its letters as they were sent. A path is split
   * before it is decoded, so an id may hold any character.
   *
   * @throws Refusal if what is encoded is not UTF-8
   */
  Optional<List<String>> match(String rawPath) {
    String[] wanted = template.split("/", -1);
    String[] given = rawPath.split("/", -1);
    if (wanted.length != given.length) {
      return Optional.empty();
    }
    List<String> variables = new ArrayList<>();
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].startsWith("{")) {
        variables.add(Percent.decode(given[i], false));
      } else if (!wanted[i].equals(given[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(variables);
  }

  /** The work at a path. */
  @FunctionalInterface
  public interface Endpoint {
    /**
     * Answers a request without waiting.
     *
     * @return fails with a {@link Refusal} where it is refused
     * @throws Refusal likewise
     */
    CompletionStage<Reply> answer(Call call);
  }
}
