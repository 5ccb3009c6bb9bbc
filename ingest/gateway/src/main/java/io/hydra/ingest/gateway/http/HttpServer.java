package io.hydra.ingest.gateway.http;

import io.hydra.ingest.gateway.auth.ApiKeys;
import io.hydra.ingest.gateway.auth.RateLimits;
import io.hydra.runtime.file.WatchedFile;
import io.hydra.runtime.service.Threads;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The server: Jetty's, strict about HTTP, without servlets. It stops by refusing new requests and
 * answering those under way.
 */
public final class HttpServer implements AutoCloseable {
  private static final int THREADS = 16;

  /** Replies that are passed on from elsewhere as they come; each has a thread. */
  public static final int STREAMS = 64;

  private static final int HEADER_BYTES = 16 * 1024;
  private static final int STREAM_IDLE_SECONDS = 30;

  /**
   * Paths are split before they are decoded, and lead to no files, so a user's id may hold any
   * character.
   */
  private static final UriCompliance URIS =
      UriCompliance.RFC3986.with(
          "gateway",
          UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
          UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
          UriCompliance.Violation.AMBIGUOUS_PATH_SEGMENT,
          UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER,
          UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS);

  private final Server server;
  private final ServerConnector connector;
  private final Shares bodies;
  private final ThreadPoolExecutor streams =
      new ThreadPoolExecutor(
          0,
          // A thread outlives its reply by a moment, in which the next may begin.
          2 * STREAMS,
          STREAM_IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Threads.daemons("gateway-stream"));

  /**
   * The address to listen at, and the callers to serve.
   *
   * @param keyStore PKCS#12 with the certificate; null for HTTP without TLS
   * @param keyStorePassword null likewise
   * @param origins of web pages that may call from a browser; none by default
   */
  public record Address(
      String host, int port, Path keyStore, String keyStorePassword, Set<String> origins) {
    public Address {
      origins = Set.copyOf(origins);
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
      return "%s://%s:%d".formatted(keyStore == null ? "http" : "https", host, port);
    }
  }

  private HttpServer(
      Address address,
      Limits limits,
      List<Route> routes,
      WatchedFile<ApiKeys> keys,
      RateLimits rates,
      Traffic traffic) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
    threads.setName("gateway");
    server = new Server(threads);
    connector = new ServerConnector(server, 1, 1);
    bodies = new Shares("bytes of bodies", limits.maxHeldBytes(), limits.maxBodyBytes());
    FrontDoor door = new FrontDoor(routes, keys, rates, limits, bodies, traffic, streams);
    server.setHandler(new GracefulHandler(crossOrigin(door, address.origins())));
    server.setErrorHandler(new Errors());
    server.setStopTimeout(limits.grace().toMillis());
  }

  /**
   * Starts to listen.
   *
   * @throws UserException if the address cannot be had, or the certificate not be read
   */
  public static HttpServer start(
      Address address,
      Limits limits,
      List<Route> routes,
      WatchedFile<ApiKeys> keys,
      RateLimits rates,
      Traffic traffic) {
    HttpServer started = new HttpServer(address, limits, routes, keys, rates, traffic);
    try {
      started.listen(address, limits);
      started.server.start();
      return started;
    } catch (Exception e) {
      started.close();
      throw new UserException(
          e instanceof IOException && e.getCause() instanceof BindException
              ? "%s cannot be had (%s): choose another --host or --port"
                  .formatted(address, e.getCause().getMessage())
              : "%s cannot be served: %s".formatted(address, e.getMessage()),
          e);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Bytes of the bodies under way. */
  public long heldBytes() {
    return bodies.taken();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      // Requests that outlived the grace are cut: their senders learn that from the connection.
      throw new IllegalStateException("requests were cut", e);
    } finally {
      streams.shutdownNow();
    }
  }

  private void listen(Address address, Limits limits) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setHttpCompliance(HttpCompliance.RFC9110);
    http.setUriCompliance(URIS);
    http.setRequestHeaderSize(HEADER_BYTES);
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    if (address.keyStore() == null) {
      connector.setConnectionFactories(List.of(plain));
    } else {
      http.addCustomizer(new SecureRequestCustomizer(false));
      SslContextFactory.Server tls = new SslContextFactory.Server();
      tls.setKeyStorePath(address.keyStore().toString());
      tls.setKeyStoreType("PKCS12");
      tls.setKeyStorePassword(address.keyStorePassword());
      connector.setConnectionFactories(
          List.of(new SslConnectionFactory(tls, plain.getProtocol()), plain));
    }
    connector.setHost(address.host());
    connector.setPort(address.port());
    connector.setIdleTimeout(limits.idle().toMillis());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(limits.maxConnections(), connector));
  }

  private static Handler crossOrigin(Handler handler, Set<String> origins) {
    if (origins.isEmpty()) {
      return handler;
    }
    CrossOriginHandler cross = new CrossOriginHandler();
    cross.setAllowedOriginPatterns(
        origins.stream().map(Pattern::quote).collect(Collectors.toSet()));
    cross.setAllowedMethods(Set.of("GET", "POST", "DELETE"));
    // The star does not stand for the one that holds a key.
    cross.setAllowedHeaders(Set.of("*", "Authorization"));
    cross.setExposedHeaders(Set.of("*"));
    cross.setHandler(handler);
    return cross;
  }

  /** Tells in our own words what Jetty refused: its words may quote the request. */
  private static final class Errors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      int status = response.getStatus();
      Reply reply = FrontDoor.styleOf(request.getHttpURI().getPath()).reply(refusal(status));
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.contentType());
      reply.headers().forEach(response.getHeaders()::put);
      response.write(true, ByteBuffer.wrap(((Reply.Bytes) reply.body()).content()), callback);
      return true;
    }

    @Override
    public ByteBuffer badMessageError(int status, String reason, HttpFields.Mutable fields) {
      Reply reply = ErrorStyle.PROBLEM.reply(refusal(status));
      fields.put(HttpHeader.CONTENT_TYPE, reply.contentType());
      return ByteBuffer.wrap(((Reply.Bytes) reply.body()).content());
    }

    private static Refusal refusal(int status) {
      return switch (status) {
        case 408 -> Refusal.of(ProblemType.REQUEST_TIMEOUT, "the request did not arrive in time");
        case 413 -> Refusal.of(ProblemType.TOO_LARGE, "the request is too large");
        case 414 -> Refusal.of(ProblemType.TOO_LARGE, "the address is too long");
        case 431 ->
            Refusal.of(
                ProblemType.TOO_LARGE,
                "the headers have more than %d bytes together".formatted(HEADER_BYTES));
        case 503 -> Refusal.unavailable("the gateway stops: send the request again");
        default ->
            status >= ProblemType.INTERNAL.status()
                ? Refusal.of(ProblemType.INTERNAL, "the gateway's log has the request's failure")
                : Refusal.of(ProblemType.MALFORMED, "it is not the HTTP that is spoken here");
      };
    }
  }

  /** Told of every reply. */
  @FunctionalInterface
  public interface Traffic {
    /**
     * @param route the path's template, or {@code none}
     * @param nanos since the request's first byte
     */
    void replied(String route, int status, long nanos);
  }
}
