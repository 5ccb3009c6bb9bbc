package io.hydra.infra.llm.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that every exchange ends, whatever a step does. */
final class Exchanges {
  private static final Logger log = LoggerFactory.getLogger(Exchanges.class);

  private Exchanges() {}

  /** Part of answering a request. */
  interface Step {
    void run() throws IOException, ApiException;
  }

  static void guard(HttpExchange exchange, Step step) {
    try {
      try {
        step.run();
      } catch (ApiException e) {
        Json.sendError(exchange, e);
      }
    } catch (IOException e) {
      // The client has gone; nobody is left to tell.
      exchange.close();
    } catch (RuntimeException e) {
      // Only the class: a message may quote the request.
      log.error("a request failed with {}", e.getClass().getName());
      exchange.close();
    }
  }
}
