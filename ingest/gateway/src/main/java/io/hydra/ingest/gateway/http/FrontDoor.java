package io.hydra.ingest.gateway.http;

import static java.util.stream.Collectors.joining;

import io.hydra.ingest.gateway.auth.ApiKey;
import io.hydra.ingest.gateway.auth.ApiKeys;
import io.hydra.ingest.gateway.auth.RateLimits;
import io.hydra.ingest.gateway.http.HttpServer.Traffic;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.file.WatchedFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes each request through the same steps: path, key, rate, body, endpoint, reply. Nothing is
 * read of a body before its sender is known, and no thread waits for one.
 */
final class FrontDoor extends Handler.Abstract {
  private static final Logger log = LoggerFactory.getLogger(FrontDoor.class);
  private static final String BEARER = "Bearer ";
  private static final String UNROUTED = "none";
  private static final String NO_KEY = "";
  private static final byte[] NOTHING = {};

  private final List<Route> routes;

  /** Those of the API, for who asks for another. */
  private final String paths;

  private final WatchedFile<ApiKeys> keys;
  private final RateLimits rates;
  private final Limits limits;
  private final Shares bodies;
  private final Traffic traffic;
  private final Executor streams;

  /**
   * @param streams runs what sends replies that are still to come, each on a thread of its own
   */
  FrontDoor(
      List<Route> routes,
      WatchedFile<ApiKeys> keys,
      RateLimits rates,
      Limits limits,
      Shares bodies,
      Traffic traffic,
      Executor streams) {
    this.routes = List.copyOf(routes);
    this.paths =
        routes.stream()
            .filter(route -> route.role() != null)
            .map(route -> route.method() + " " + route.template())
            .collect(joining(", ", "", "; /openapi.json describes them"));
    this.keys = keys;
    this.rates = rates;
    this.limits = limits;
    this.bodies = bodies;
    this.traffic = traffic;
    this.streams = streams;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    new Exchange(request, response, callback).begin();
    return true;
  }

  /** The style of refusals where no route matched. */
  static ErrorStyle styleOf(String rawPath) {
    return rawPath != null && (rawPath.startsWith("/v1/chat/") || rawPath.startsWith("/v1/models"))
        ? ErrorStyle.OPENAI
        : ErrorStyle.PROBLEM;
  }

  /** One request on its way. */
  private final class Exchange {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private ErrorStyle style;
    private String routeName = UNROUTED;
    private Map<String, String> rateHeaders = Map.of();
    private String keyId = NO_KEY;
    private long held;
    private boolean ended;

    Exchange(Request request, Response response, Callback callback) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      this.style = styleOf(request.getHttpURI().getPath());
    }

    void begin() {
      try {
        String path = request.getHttpURI().getPath();
        List<String> variables = new ArrayList<>();
        Route route = route(path == null ? "" : path, variables);
        style = route.style();
        routeName = route.template();
        ApiKey key = route.role() == null ? null : authenticate();
        if (key != null) {
          keyId = key.id();
          limitRate(key);
          if (!key.roles().contains(route.role())) {
            throw Refusal.of(
                ProblemType.FORBIDDEN,
                "the key lacks the role %s"
                    .formatted(route.role().name().toLowerCase(Locale.ROOT)));
          }
        }
        Map<String, String> query = Percent.parameters(request.getHttpURI().getQuery());
        route.requireKnown(query.keySet());
        body()
            .whenComplete((body, failure) -> keepOpen())
            .thenCompose(
                body ->
                    route
                        .endpoint()
                        .answer(new Call(key, variables, query, request.getHeaders(), body)))
            // Responses come on the one thread that reads them, which must go on to read.
            .whenCompleteAsync(this::end, request.getComponents().getExecutor());
      } catch (RuntimeException e) {
        end(null, e);
      }
    }

    private Route route(String path, List<String> variables) {
      List<String> methods = new ArrayList<>();
      for (Route route : routes) {
        Optional<List<String>> match = route.match(path);
        if (match.isPresent()) {
          if (route.method().equals(request.getMethod())) {
            variables.addAll(match.get());
            return route;
          }
          methods.add(route.method());
        }
      }
      if (methods.isEmpty()) {
        throw Refusal.notFound(null, "there is no such path: there are " + paths);
      }
      String allowed = String.join(", ", methods);
      throw Refusal.of(ProblemType.METHOD_NOT_ALLOWED, "this path takes " + allowed)
          .with(Map.of("Allow", allowed));
    }

    private ApiKey authenticate() {
      List<String> given = request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION.asString());
      String value = given.size() == 1 ? given.get(0) : "";
      Optional<ApiKey> key =
          value.regionMatches(true, 0, BEARER, 0, BEARER.length())
              ? keys.content().find(value.substring(BEARER.length()).strip())
              : Optional.empty();
      return key.orElseThrow(
          () ->
              Refusal.of(
                  ProblemType.UNAUTHORIZED,
                  "send the header Authorization: Bearer KEY with a key that is in use"));
    }

    private void limitRate(ApiKey key) {
      RateLimits.Grant grant = rates.take(key);
      rateHeaders =
          Map.of(
              "RateLimit-Policy",
              "\"requests\";q=%d;w=1".formatted(grant.rate()),
              "RateLimit",
              "\"requests\";r=%d;t=%d"
                  .formatted(grant.remaining(), Math.max(1, grant.retryAfterSeconds())));
      if (!grant.allowed()) {
        throw Refusal.of(
                ProblemType.TOO_MANY_REQUESTS,
                "the key has %d requests a second: send more records in each, or wait"
                    .formatted(grant.rate()))
            .retryAfter(Math.max(1, grant.retryAfterSeconds()));
      }
    }

    /** The body, once all of it is there. */
    private CompletableFuture<byte[]> body() {
      HttpFields headers = request.getHeaders();
      if (headers.contains(HttpHeader.CONTENT_ENCODING)) {
        throw Refusal.of(
            ProblemType.UNSUPPORTED_MEDIA_TYPE, "send the body without a Content-Encoding");
      }
      long length = request.getLength();
      boolean unsized = length < 0 && headers.contains(HttpHeader.TRANSFER_ENCODING);
      if (length <= 0 && !unsized) {
        return CompletableFuture.completedFuture(NOTHING);
      }
      if (length > limits.maxBodyBytes()) {
        throw BodyReader.tooLarge(limits.maxBodyBytes());
      }
      if (unsized) {
        return BodyReader.read(request, limits, this::hold);
      }
      hold(length);
      return BodyReader.read(request, limits, bytes -> {});
    }

    /**
     * Takes room for bytes of the body, until the request ends.
     *
     * @throws Refusal if there is none
     */
    private synchronized void hold(long bytes) {
      if (!ended) {
        bodies.take(keyId, bytes);
        held += bytes;
      }
    }

    private synchronized void holdNoMore() {
      ended = true;
      bodies.giveBack(keyId, held);
      held = 0;
    }

    /** The connection is silent while its answer is awaited, and not idle. */
    private void keepOpen() {
      request.addIdleTimeoutListener(silence -> false);
    }

    private void end(Reply reply, Throwable failure) {
      holdNoMore();
      try {
        if (failure == null) {
          send(reply, callback);
        } else {
          Refusal refusal = refusal(Failures.unwrap(failure));
          boolean isCut = refusal.type() == ProblemType.REQUEST_TIMEOUT;
          send(style.reply(refusal), isCut ? callback : afterTheBody());
        }
      } catch (RuntimeException e) {
        log.error(
            "{} {} could not be answered: {}",
            request.getMethod(),
            routeName,
            Failures.traceWithoutMessages(e));
        if (reply != null && reply.body() instanceof Reply.Stream stream) {
          close(stream.content());
        }
        callback.failed(e);
      }
    }

    private Refusal refusal(Throwable failure) {
      if (failure instanceof Refusal refusal) {
        return refusal;
      }
      log.error(
          "{} {} failed: {}",
          request.getMethod(),
          routeName,
          Failures.traceWithoutMessages(failure));
      return Refusal.of(ProblemType.INTERNAL, "the gateway's log has the request's failure");
    }

    /** The end of an exchange whose body may not have been read, or not all of it. */
    private Callback afterTheBody() {
      return Callback.from(
          () -> {
            var unused =
                BodyReader.drop(request, limits)
                    .whenComplete((nothing, failure) -> callback.succeeded());
          },
          callback::failed);
    }

    private void send(Reply reply, Callback then) {
      response.setStatus(reply.status());
      HttpFields.Mutable headers = response.getHeaders();
      headers.put(HttpHeader.CONTENT_TYPE, reply.contentType());
      headers.put(HttpHeader.CACHE_CONTROL, "no-store");
      headers.put("X-Content-Type-Options", "nosniff");
      rateHeaders.forEach(headers::put);
      reply.headers().forEach(headers::put);
      traffic.replied(routeName, reply.status(), System.nanoTime() - request.getBeginNanoTime());
      if (reply.body() instanceof Reply.Bytes bytes) {
        headers.put(HttpHeader.CONTENT_LENGTH, bytes.content().length);
        response.write(true, ByteBuffer.wrap(bytes.content()), then);
      } else if (reply.body() instanceof Reply.Stream stream) {
        try {
          streams.execute(() -> copy(stream.content()));
        } catch (RejectedExecutionException e) {
          close(stream.content());
          response.reset();
          send(style.reply(Refusal.unavailable("too many answers are being passed on")), callback);
        }
      }
    }

    private static void close(InputStream content) {
      try {
        content.close();
      } catch (IOException e) {
        log.debug("an answer that nobody reads did not close", e);
      }
    }

    /**
     * Each piece goes out as it comes, or a stream of tokens would not be one. An answer that
     * breaks off is not ended, or it would look complete.
     */
    private void copy(InputStream from) {
      try (InputStream in = from) {
        OutputStream out = Content.Sink.asOutputStream(response);
        byte[] piece = new byte[8192];
        for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
          out.write(piece, 0, n);
          out.flush();
        }
        out.close();
      } catch (IOException | RuntimeException e) {
        callback.failed(e);
        return;
      }
      callback.succeeded();
    }
  }
}
