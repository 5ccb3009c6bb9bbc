package io.hydra.runtime.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hydra.runtime.service.Threads;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small HTTP server of read-only pages. It has threads of its own, so that no request holds up
 * the service; what is more than they and a short queue can take is turned away, and slow clients
 * are cut off. Bodies of requests are not read. On loopback it answers to {@link LocalNames} alone.
 */
public final class OpsServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OpsServer.class);

  /** The JDK reads a request on the thread that answers it, so slow senders take some. */
  private static final int THREADS = 16;

  /** At a time, but for those of health. */
  private static final int PAGES = 8;

  private static final int IDLE_SECONDS = 30;
  private static final String HEALTH = "/health/";
  private static final int WAITING = 64;

  /**
   * Read by the JDK's servers once in a process: seconds to send a request, and to take a page;
   * without the last, a page may wait 40 ms for an ACK.
   */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxRspTime", "30",
          "sun.net.httpserver.nodelay", "true");

  private final HttpServer server;
  private final boolean loopback;
  private final Map<String, Supplier<Page>> pages;
  private final ThreadPoolExecutor workers =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          Threads.daemons("ops"),
          new ThreadPoolExecutor.AbortPolicy());

  private final Semaphore room = new Semaphore(PAGES);

  /** One answer. */
  public record Page(int status, String contentType, Body body) {
    public static final int OK = 200;
    public static final int UNAVAILABLE = 503;

    /** The text of a page, written as it is sent: it may be larger than memory would like. */
    @FunctionalInterface
    public interface Body {
      void writeTo(Writer out) throws IOException;
    }

    public static Page text(int status, String body) {
      return new Page(status, "text/plain; charset=utf-8", out -> out.write(body + "\n"));
    }
  }

  private OpsServer(HttpServer server, Map<String, Supplier<Page>> pages) {
    this.server = server;
    this.loopback = server.getAddress().getAddress().isLoopbackAddress();
    this.pages = pages;
    workers.allowCoreThreadTimeOut(true);
  }

  /**
   * Starts to listen.
   *
   * @param port 0 picks a free one
   * @param pages by path, or path and query, thread-safe if any is added later; a page may wait for
   *     half a second, and no longer
   * @throws UserException if the address cannot be had
   */
  public static OpsServer start(String host, int port, Map<String, Supplier<Page>> pages) {
    SETTINGS.forEach(
        (name, value) -> {
          if (System.getProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
    HttpServer http;
    try {
      http = HttpServer.create(new InetSocketAddress(host, port), WAITING);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s:%d for health and metrics cannot be had (%s): choose another --ops-host or --ops-port"
              .formatted(host, port, e.getMessage()),
          e);
    }
    OpsServer server = new OpsServer(http, pages);
    http.createContext("/", server::answer);
    http.setExecutor(server.workers);
    http.start();
    return server;
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().startsWith(HEALTH)) {
      send(exchange, page(exchange));
    } else if (room.tryAcquire()) {
      try {
        send(exchange, page(exchange));
      } finally {
        room.release();
      }
    } else {
      send(exchange, Page.text(Page.UNAVAILABLE, "other pages are being read: ask again"));
    }
  }

  /**
   * Sends a page. What fails in the middle of it leaves it without its end, and the connection is
   * closed: a part must not pass for the whole.
   */
  private static void send(HttpExchange exchange, Page page) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.getResponseHeaders().set("Content-Type", page.contentType());
    BrowserPage.HEADERS.forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(page.status(), head ? -1 : 0);
    if (!head) {
      Writer out = new OutputStreamWriter(exchange.getResponseBody(), UTF_8);
      try {
        page.body().writeTo(out);
      } catch (RuntimeException e) {
        log.warn("{} could not be made", exchange.getRequestURI().getPath(), e);
        throw e;
      }
      out.close();
    }
    exchange.close();
  }

  private Page page(HttpExchange exchange) {
    if (loopback && !LocalNames.isThisMachine(exchange.getRequestHeaders().getFirst("Host"))) {
      return Page.text(403, "this address is read under a name of this machine alone");
    }
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Page.text(405, "this address can be read and takes no commands");
    }
    Supplier<Page> page =
        pages.getOrDefault(
            exchange.getRequestURI().toString(), pages.get(exchange.getRequestURI().getPath()));
    if (page == null) {
      return Page.text(404, "no such path: there are " + String.join(", ", pages.keySet()));
    }
    try {
      return page.get();
    } catch (RuntimeException e) {
      log.warn("{} could not be made", exchange.getRequestURI().getPath(), e);
      return Page.text(500, "see the log");
    }
  }
}
