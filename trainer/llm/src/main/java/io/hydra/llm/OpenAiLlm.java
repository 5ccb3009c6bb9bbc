package io.hydra.llm;

import io.hydra.runtime.llm.Endpoint;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.time.Timer;
import io.hydra.schemas.config.UserException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An {@link Llm} behind any endpoint that speaks OpenAI's chat completions. */
public final class OpenAiLlm implements Llm {
  private static final Logger log = LoggerFactory.getLogger(OpenAiLlm.class);

  private final Transport transport;
  private final Attempts attempts;
  private final Sampling sampling;
  private volatile boolean closed;

  /**
   * @param baseUrl up to and including the version, for instance {@code https://api.openai.com/v1};
   *     with {@code ?api-version=} for Azure
   * @param apiKey a secret; local servers ignore it
   * @param concurrency calls under way at once, at most; further ones are queued
   * @param timer for waits between attempts
   * @throws UserException if one of them makes no sense
   */
  public OpenAiLlm(
      String baseUrl,
      String apiKey,
      int concurrency,
      RetryPolicy policy,
      Clock clock,
      Timer timer) {
    this(Endpoint.of(baseUrl, apiKey), concurrency, policy, clock, timer);
  }

  private OpenAiLlm(
      Endpoint endpoint, int concurrency, RetryPolicy policy, Clock clock, Timer timer) {
    this(
        endpoint,
        new HttpTransport(endpoint, requireSome(concurrency), policy.slowRemedy(), clock),
        policy,
        clock,
        timer);
    if (endpoint.open()) {
      log.warn(
          "what {} is sent, users' texts and the key, can be read on the way: use https", endpoint);
    }
  }

  OpenAiLlm(Endpoint endpoint, Transport transport, RetryPolicy policy, Clock clock, Timer timer) {
    this.transport = transport;
    Circuit circuit =
        new Circuit(policy.minAttempt(), clock, timer, new Outage("the LLM endpoint"));
    this.attempts = new Attempts(endpoint, transport, policy, circuit, clock, timer);
    this.sampling = new Sampling(attempts, clock);
  }

  private static int requireSome(int concurrency) {
    if (concurrency < 1) {
      throw new UserException("concurrency must be at least 1, not " + concurrency);
    }
    return concurrency;
  }

  /** The key that the environment holds, or a stand-in for local servers. */
  public static String apiKey(Map<String, String> environment) {
    return Endpoint.key(environment.get(Endpoint.KEY_VARIABLE));
  }

  /** An endpoint's address without anything secret. */
  public static String shownAddress(String baseUrl) {
    return Endpoint.of(baseUrl, null).shown();
  }

  @Override
  public CompletableFuture<LlmReply> complete(LlmRequest request, Deadline deadline) {
    return closed
        ? CompletableFuture.failedFuture(LlmException.closed())
        : sampling.complete(request, deadline);
  }

  @Override
  public void close() {
    closed = true;
    attempts.close();
    transport.close();
  }
}
