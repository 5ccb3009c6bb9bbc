package io.hydra.runtime.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The meters of one name that differ in the value of its label. Looking one up that exists
 * allocates nothing. Values beyond a bound share {@value #OTHER}, so that no label grows for ever.
 */
public final class Family<M> {
  public static final String OTHER = "other";
  private static final int MAX_VALUES = 100;

  private final Map<String, M> meters = new ConcurrentHashMap<>();
  private final Function<String, M> register;

  Family(Function<String, M> register) {
    this.register = register;
  }

  public M of(String value) {
    M known = meters.get(value);
    if (known != null) {
      return known;
    }
    return meters.computeIfAbsent(meters.size() < MAX_VALUES ? value : OTHER, register);
  }
}
