package io.hydra.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.llm.Transport.Choice;
import io.hydra.llm.Transport.Completion;
import io.hydra.llm.Transport.Outcome;
import io.hydra.runtime.time.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Calls that end as a function says; time moves only when told to. */
final class FakeTransport implements Transport {
  final List<JsonNode> sent = new ArrayList<>();
  final List<Duration> timeouts = new ArrayList<>();
  final List<CompletableFuture<Outcome>> posted = new ArrayList<>();
  private final ManualTime time;

  /** The calls that have not begun; null where each begins at once. */
  List<Runnable> queued;

  private Function<JsonNode, CompletableFuture<Outcome>> answer =
      request -> done(choices(request.path("n").asInt(1)));

  FakeTransport(ManualTime time) {
    this.time = time;
  }

  static CompletableFuture<Outcome> done(Outcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }

  static Completion choices(int n) {
    return new Completion(
        "m",
        IntStream.range(0, n).mapToObj(i -> new Choice("text " + i, null)).toList(),
        40,
        2L * n);
  }

  static Fault status(int status) {
    return Fault.status(status, Objection.NONE, null);
  }

  static Fault refusal(int status, String body) {
    try {
      return Fault.status(status, Objection.of(new ObjectMapper().readTree(body)), null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void always(Function<JsonNode, CompletableFuture<Outcome>> answer) {
    this.answer = answer;
  }

  /** One outcome per call; the last stays; null hangs until the call's time is over. */
  void inTurn(Outcome... outcomes) {
    always(
        request -> {
          Outcome outcome = outcomes[Math.min(sent.size(), outcomes.length) - 1];
          return outcome == null ? new CompletableFuture<>() : done(outcome);
        });
  }

  /** Every call takes so long. */
  void takes(Duration duration) {
    always(
        request -> {
          CompletableFuture<Outcome> late = new CompletableFuture<>();
          var unused =
              time.after(duration, () -> late.complete(choices(request.path("n").asInt(1))));
          return late;
        });
  }

  @Override
  public CompletableFuture<Outcome> post(
      String address, byte[] body, Duration timeout, Instant giveUp, Runnable begun) {
    JsonNode request;
    try {
      request = new ObjectMapper().readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sent.add(request);
    timeouts.add(timeout);
    CompletableFuture<Outcome> outcome = answer.apply(request).copy();
    posted.add(outcome);
    if (queued == null) {
      begun.run();
    } else {
      queued.add(begun);
    }
    if (!outcome.isDone()) {
      var unused =
          time.after(
              timeout, () -> outcome.complete(Fault.slow(timeout, "raise --llm-min-attempt")));
    }
    return outcome;
  }

  @Override
  public void close() {}
}
