package io.hydra.llm;

import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.hydra.model.prompt.ChatMessage;
import io.hydra.runtime.llm.Endpoint;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The form of request that an endpoint takes for a model. Begins with everything and goes on
 * without a field that the endpoint refuses by name.
 *
 * @param path the index of the endpoint's address that is used
 * @param seed whether a seed is sent
 * @param choices whether more than one choice is asked for in a call
 */
record Dialect(int path, boolean seed, boolean choices, Temperature temperature, Limit limit) {

  /** The part of a temperature that is sent. */
  enum Temperature {
    ANY,
    /** A very small one instead of 0. */
    POSITIVE,
    NONE
  }

  /** The field that bounds a sample's length. */
  enum Limit {
    /** Known to nearly every compatible server. */
    MAX_TOKENS,
    /** Its successor, the only one that OpenAI's reasoning models take. */
    MAX_COMPLETION_TOKENS,
    NONE
  }

  static final Dialect FULL = new Dialect(0, true, true, Temperature.ANY, Limit.MAX_TOKENS);

  private static final double NEARLY_ZERO = 0.01;

  private static final Field SEED = new Field(List.of("seed", "random_seed"), word("seed"));
  private static final Field TEMPERATURE = new Field(List.of("temperature"), word("temperature"));
  private static final Field LIMIT =
      new Field(List.of("max_tokens", "max_completion_tokens"), word("max_(?:completion_)?tokens"));

  /** A one-letter name would be found in any sentence: in quotes, or with what is said of it. */
  private static final Field CHOICES =
      new Field(
          List.of("n", "candidate_count", "candidateCount", "best_of", "num_return_sequences"),
          find(
              "[\"'`‘“]n[\"'`’”]"
                  + "|(?<![\\w'’])n ?(?:=|>|<|:|must|should|is|has|parameter|cannot|can only|greater|larger)"
                  + "|(?:parameter|param|field|argument|property|option|value of|values? for):? n(?!\\w)"
                  + "|(?:number of|multiple|several|more than one|only one|single) "
                  + "(?:choice|completion|candidate|sample|response|generation|output)"
                  + "|candidate_?count|num_return_sequences|best_of"));

  /** The one of an endpoint's addresses that is used. */
  String address(Endpoint endpoint) {
    return endpoint.addresses().get(Math.min(path, endpoint.addresses().size() - 1));
  }

  private static Pattern word(String name) {
    return find("(?<![\\w])" + name + "(?!\\w)");
  }

  private static Pattern find(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }

  /** A field that endpoints refuse, by its names in {@code error.param} and in a sentence. */
  private record Field(List<String> names, Pattern words) {
    boolean isNamed(Objection objection) {
      return objection.params().isEmpty()
          ? words.matcher(objection.said()).find()
          : objection.params().stream().anyMatch(names::contains);
    }
  }

  /** The dialect that both take. */
  Dialect and(Dialect other) {
    return new Dialect(
        Math.max(path, other.path),
        seed && other.seed,
        choices && other.choices,
        Temperature.values()[Math.max(temperature.ordinal(), other.temperature.ordinal())],
        Limit.values()[Math.max(limit.ordinal(), other.limit.ordinal())]);
  }

  /**
   * The rest of this dialect, if the endpoint refused a request in it for something that can be
   * left out.
   *
   * @param n the number of choices asked for
   * @param paths the number of addresses that the endpoint may have
   */
  Optional<Dialect> after(Fault refusal, LlmRequest sent, int n, int paths) {
    Objection objection = refusal.objection();
    if (refusal.status() == 404 || refusal.status() == 405) {
      boolean model =
          Stream.of(objection.code(), objection.type()).anyMatch(c -> c.contains("model"));
      return path + 1 < paths && !model
          ? Optional.of(new Dialect(path + 1, seed, choices, temperature, limit))
          : Optional.empty();
    }
    if ((refusal.status() != 400 && refusal.status() != 422) || objection.isAboutLength()) {
      return Optional.empty();
    }
    if (seed && sent.seed().isPresent() && SEED.isNamed(objection)) {
      return Optional.of(new Dialect(path, false, choices, temperature, limit));
    }
    if (limit != Limit.NONE && LIMIT.isNamed(objection)) {
      Limit next = Limit.values()[limit.ordinal() + 1];
      return Optional.of(new Dialect(path, seed, choices, temperature, next));
    }
    if (temperature != Temperature.NONE && TEMPERATURE.isNamed(objection)) {
      Temperature next =
          temperature == Temperature.ANY && sent.temperature() == 0
              ? Temperature.POSITIVE
              : Temperature.NONE;
      return Optional.of(new Dialect(path, seed, choices, next, limit));
    }
    if (choices && n > 1 && CHOICES.isNamed(objection)) {
      return Optional.of(new Dialect(path, seed, false, temperature, limit));
    }
    return Optional.empty();
  }

  /**
   * A request in this dialect.
   *
   * @param n the number of choices wanted; one is asked for where the endpoint gives no more
   * @param seedShift added to the seed, so that asking again gives other texts
   */
  @SuppressWarnings("deprecation") // Many local servers know max_tokens alone.
  ChatCompletionCreateParams.Body body(LlmRequest request, int n, int seedShift) {
    ChatCompletionCreateParams.Builder params =
        ChatCompletionCreateParams.builder().model(request.model());
    for (ChatMessage message : request.messages()) {
      String content = Texts.wellFormed(message.content());
      switch (message.role()) {
        case SYSTEM -> params.addSystemMessage(content);
        case USER -> params.addUserMessage(content);
        case ASSISTANT -> params.addAssistantMessage(content);
      }
    }
    if (choices && n > 1) {
      params.n(n);
    }
    if (seed && request.seed().isPresent()) {
      params.seed(request.seed().getAsLong() + seedShift);
    }
    switch (temperature) {
      case ANY -> params.temperature(request.temperature());
      case POSITIVE -> params.temperature(Math.max(NEARLY_ZERO, request.temperature()));
      case NONE -> {}
    }
    switch (limit) {
      case MAX_TOKENS -> params.maxTokens(request.maxTokens());
      case MAX_COMPLETION_TOKENS -> params.maxCompletionTokens(request.maxTokens());
      case NONE -> {}
    }
    return params.build()._body();
  }
}
