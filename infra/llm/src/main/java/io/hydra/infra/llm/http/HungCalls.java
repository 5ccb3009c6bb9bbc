package io.hydra.infra.llm.http;

import com.sun.net.httpserver.HttpExchange;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Calls that are never answered. The JDK's server does not tell when a client has gone, so the
 * oldest is dropped, its connection closed without an answer, when there are too many.
 */
final class HungCalls implements AutoCloseable {
  private static final int MOST = 256;

  private final Deque<HttpExchange> held = new ArrayDeque<>();

  synchronized void hold(HttpExchange exchange) {
    held.addLast(exchange);
    if (held.size() > MOST) {
      held.removeFirst().close();
    }
  }

  @Override
  public synchronized void close() {
    held.forEach(HttpExchange::close);
    held.clear();
  }
}
