package io.hydra.ingest.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Json;
import io.hydra.ingest.gateway.http.ProblemType;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.ingest.gateway.http.Shares;
import io.hydra.runtime.llm.Endpoint;
import io.hydra.runtime.service.Threads;
import io.hydra.schemas.config.UserException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Passes requests on to the LLM, and its answers back, byte for byte. Neither side learns the
 * other's key.
 */
public final class PassThrough {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** Of the LLM's headers, those that its clients act on. */
  private static final List<String> PASSED_BACK =
      List.of("retry-after", "retry-after-ms", "x-request-id", "x-should-retry");

  /** They are about our key, and may quote it. */
  private static final Set<Integer> OUR_KEY_REFUSED = Set.of(401, 403, 407);

  /** Local servers drop the body of a request that would upgrade to HTTP/2, or never answer it. */
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  private final HttpRequest.Builder request;
  private final String model;
  private final Duration patience;
  private final Shares room;
  private final ScheduledThreadPoolExecutor watchdog =
      new ScheduledThreadPoolExecutor(1, Threads.daemon("gateway-llm-watchdog"));

  /**
   * @param model that the endpoint knows
   * @param patience until an answer begins, and with its silence
   * @param most answers at a time, from their request to their end, a quarter of them with one key
   * @throws UserException if the Java client takes no such host
   */
  public PassThrough(Endpoint llm, String model, Duration patience, int most) {
    try {
      this.request = HttpRequest.newBuilder(llm.call());
    } catch (IllegalArgumentException e) {
      // Serving's client takes more.
      throw new UserException(
          "--pass-through cannot call the LLM's host by that name: give one of letters, digits and"
              + " hyphens, or the IP address");
    }
    request
        .timeout(patience)
        .header("Content-Type", Reply.JSON)
        .header(llm.header().getKey(), llm.header().getValue());
    this.model = model;
    this.patience = patience;
    this.room = new Shares("answers that are passed on", most, 1);
    // Each piece of an answer has its own task, or they would pile up until their time.
    watchdog.setRemoveOnCancelPolicy(true);
  }

  /** Sends the request as it is. */
  CompletionStage<Reply> send(Call call) {
    return send(call, call.body());
  }

  /** Sends a request that names a task and no user, to the model that tasks are asked with. */
  CompletionStage<Reply> sendToItsModel(Call call, JsonNode body) {
    return send(call, Json.write(((ObjectNode) body).put("model", model)));
  }

  private CompletionStage<Reply> send(Call call, byte[] body) {
    HttpRequest.Builder own = request.copy().POST(HttpRequest.BodyPublishers.ofByteArray(body));
    call.header("Accept").ifPresent(accept -> own.header("Accept", accept));
    String keyId = call.key().id();
    // Refused before it is sent: an answer that nobody can take would still be paid for.
    room.take(keyId, 1);
    return http.sendAsync(own.build(), HttpResponse.BodyHandlers.ofInputStream())
        .handle(
            (response, failure) -> {
              if (failure != null) {
                room.giveBack(keyId, 1);
                throw Refusal.of(ProblemType.UPSTREAM_FAILED, "the LLM cannot be reached");
              }
              return reply(
                  response,
                  new WatchedStream(
                      response.body(), watchdog, patience, () -> room.giveBack(keyId, 1)));
            });
  }

  private static Reply reply(HttpResponse<InputStream> response, WatchedStream body) {
    if (OUR_KEY_REFUSED.contains(response.statusCode())) {
      body.close();
      throw Refusal.of(
          ProblemType.UPSTREAM_FAILED,
          "the LLM refuses the gateway's own key (%d)".formatted(response.statusCode()));
    }
    Map<String, String> headers = new HashMap<>();
    for (String name : PASSED_BACK) {
      response
          .headers()
          .firstValue(name)
          .ifPresent(value -> headers.put(name.toLowerCase(Locale.ROOT), value));
    }
    return new Reply(
        response.statusCode(),
        response.headers().firstValue("content-type").orElse(Reply.JSON),
        headers,
        new Reply.Stream(body));
  }
}
