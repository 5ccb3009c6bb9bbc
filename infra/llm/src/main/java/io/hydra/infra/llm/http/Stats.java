package io.hydra.infra.llm.http;

import java.util.concurrent.atomic.LongAdder;

/** Totals since start, of calls answered with choices; refused and failed ones cost nothing. */
final class Stats {
  private final LongAdder calls = new LongAdder();
  private final LongAdder promptTokens = new LongAdder();
  private final LongAdder completionTokens = new LongAdder();

  record Snapshot(long calls, long promptTokens, long completionTokens) {}

  void count(Completion completion) {
    calls.increment();
    promptTokens.add(completion.promptTokens());
    completionTokens.add(completion.completionTokens());
  }

  Snapshot snapshot() {
    return new Snapshot(calls.sum(), promptTokens.sum(), completionTokens.sum());
  }
}
