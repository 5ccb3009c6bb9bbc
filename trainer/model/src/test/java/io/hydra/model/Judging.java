package io.hydra.model;

import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Feedback;
import io.hydra.schemas.avro.GivenVerdict;
import io.hydra.schemas.avro.ShownCandidate;
import io.hydra.schemas.avro.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes judged answers. */
public final class Judging {
  private Judging() {}

  /** An exposure of query {@code q<at>}, shown at {@code at}, judged one millisecond later. */
  public static JudgedAnswer judged(
      String task, long at, String input, Map<String, Integer> samples, int shown, Feedback what) {
    return new JudgedAnswer(
        exposure(task, at, input, samples, shown), verdict("v" + at, at + 1, what));
  }

  public static Exposure exposure(
      String task, long at, String input, Map<String, Integer> samples, int shown) {
    List<ShownCandidate> candidates = new ArrayList<>();
    new LinkedHashMap<>(samples)
        .forEach((text, count) -> candidates.add(new ShownCandidate(text, 0.1, count, null)));
    return new Exposure(
        "q" + at,
        "acme",
        "ann",
        task,
        Instant.ofEpochMilli(at),
        Instant.ofEpochMilli(at),
        input,
        shown,
        candidates,
        List.of(),
        -1,
        0L,
        "b",
        0L);
  }

  public static GivenVerdict verdict(String eventId, long at, Feedback what) {
    return new GivenVerdict(eventId, Instant.ofEpochMilli(at), what);
  }

  public static Feedback accepted() {
    return new Feedback("q", Verdict.ACCEPTED, null, null, null);
  }

  public static Feedback rejected() {
    return new Feedback("q", Verdict.REJECTED, null, null, null);
  }

  static Feedback chose(Integer candidate) {
    return new Feedback("q", Verdict.CHOSE, candidate, null, null);
  }

  static Feedback edited(String text) {
    return new Feedback("q", Verdict.EDITED, null, text, null);
  }

  static Feedback rated(Double rating) {
    return new Feedback("q", Verdict.RATED, null, null, rating);
  }

  static Feedback unknown() {
    return new Feedback("q", Verdict.UNKNOWN, null, null, null);
  }
}
