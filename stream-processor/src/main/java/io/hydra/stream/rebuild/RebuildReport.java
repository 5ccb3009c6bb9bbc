package io.hydra.stream.rebuild;

import java.util.Map;

/**
 * The result of a rebuild.
 *
 * @param outcome the way it ended
 * @param records read from the topic
 * @param rejected records that are no event, by reason
 * @param replaySeconds of reading, decoding and writing the topic up to where it ended then
 * @param loss by the switch
 * @param histories of the new view: one for each user and task
 * @param items in them
 * @param headRequests for histories that the rebuild changed
 * @param seconds of all of it
 */
public record RebuildReport(
    Outcome outcome,
    long records,
    Map<String, Long> rejected,
    double replaySeconds,
    LossCheck.Loss loss,
    long histories,
    long items,
    long headRequests,
    double seconds) {

  /** The ways in which a rebuild ends. */
  public enum Outcome {
    /** The new view is current, and complete. */
    SWITCHED,
    /** Items would have been lost, so nothing was changed. */
    REFUSED,
    /** The rest of an earlier rebuild is finished; none was left if there are no histories. */
    FINISHED
  }

  /** As a person reads it, one fact a line. */
  public String text() {
    StringBuilder text = new StringBuilder();
    long bad = rejected.values().stream().mapToLong(Long::longValue).sum();
    text.append(
        "%d records read in %.1f s (%.0f/s), %d rejected%n"
            .formatted(records, replaySeconds, records / Math.max(replaySeconds, 0.001), bad));
    rejected.forEach((reason, count) -> text.append("  %d: %s%n".formatted(count, reason)));
    if (outcome != Outcome.FINISHED) {
      text.append(
          "%d old histories compared, %d differ, %d would lose %d items%n"
              .formatted(loss.compared(), loss.differed(), loss.histories(), loss.items()));
    }
    if (outcome != Outcome.REFUSED) {
      text.append(
          "%d histories with %d items, %d head requests%n"
              .formatted(histories, items, headRequests));
    }
    return text.append("%.1f s in all".formatted(seconds)).toString();
  }
}
