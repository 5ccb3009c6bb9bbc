package io.hydra.infra.llm.http;

import com.sun.net.httpserver.HttpExchange;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Answers later without holding a thread: a slow LLM with many calls in flight is the rule. */
final class Delays {
  private final ScheduledExecutorService timer;
  private final Executor workers;

  Delays(ScheduledExecutorService timer, Executor workers) {
    this.timer = timer;
    this.workers = workers;
  }

  void run(HttpExchange exchange, long delayMs, Exchanges.Step step) {
    if (delayMs <= 0) {
      Exchanges.guard(exchange, step);
      return;
    }
    var unused =
        timer.schedule(
            () -> workers.execute(() -> Exchanges.guard(exchange, step)),
            delayMs,
            TimeUnit.MILLISECONDS);
  }
}
