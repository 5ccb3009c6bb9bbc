package io.hydra.llm;

import java.util.Map;

/** The key that an LLM endpoint is called with, as people paste it. */
public final class ApiKey {
  public static final String VARIABLE = "HYDRA_LLM_API_KEY";

  /** The key that local servers are sent, which need none. */
  static final String NONE = "none";

  private ApiKey() {}

  /**
   * The key that the environment holds, or a stand-in for local servers.
   *
   * @throws IllegalArgumentException if it cannot be a key; the message names the variable
   */
  public static String from(Map<String, String> environment) {
    return of(environment.get(VARIABLE));
  }

  /** The key without white space around it, which no key has and a header cannot hold. */
  static String of(String pasted) {
    String key = pasted == null ? "" : pasted.strip();
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) <= ' ' || key.charAt(i) > '~') {
        throw new IllegalArgumentException(
            "%s holds a character at position %d that no key has (a line end, a space, or one that"
                    .formatted(VARIABLE, i + 1)
                + " is not ASCII): set it to the key alone");
      }
    }
    return key.isEmpty() ? NONE : key;
  }
}
