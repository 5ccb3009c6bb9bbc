package io.hydra.infra.llm.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The models of one server: the plain one, those with a name, or both. They differ in their priors
 * alone.
 */
public record Models(SortedMap<String, SimulatedModel> byId) {
  /** The plain model's name, and the beginning of the others': nobody shall take them for real. */
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
