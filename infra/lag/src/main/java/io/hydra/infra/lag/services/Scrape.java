package io.hydra.infra.lag.services;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The project's own metrics of one service at one moment. Series that only Flink's scope tells
 * apart, as those of subtasks are, are summed.
 *
 * @param nanos of the moment, of a monotonic clock
 * @param startedAt of its process, in seconds since the epoch; null if it does not say
 */
record Scrape(long nanos, Double startedAt, Map<Series, Double> values) {
  static final int MAX_SERIES = 1_000;
  private static final String STARTED_AT = "process_start_time_seconds";

  private static final String FLINKS = "flink_taskmanager_job_task_operator_";

  /** Labels that say nothing here: Flink's scope, and what every request to an LLM has alike. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "gen_ai_operation_name",
          "gen_ai_provider_name",
          "gen_ai_request_model",
          "host",
          "job_id",
          "job_name",
          "operator_id",
          "operator_name",
          "subtask_index",
          "task_attempt_id",
          "task_attempt_num",
          "task_id",
          "task_name",
          "tm_id");

  /**
   * One number.
   *
   * @param name of a histogram without what its parts end with
   * @param label the values of its labels, {@code le} and what is left out excepted; empty if it
   *     has none
   * @param le upper bound of a histogram's bucket; null of a counter or gauge
   */
  record Series(String name, String label, Double le) {
    static Series of(PrometheusText.Sample sample) {
      String le = sample.labels().get("le");
      String label =
          sample.labels().entrySet().stream()
              .filter(e -> !e.getKey().equals("le") && !LEFT_OUT.contains(e.getKey()))
              .sorted(Map.Entry.comparingByKey())
              .map(Map.Entry::getValue)
              .collect(Collectors.joining(" "));
      return le == null
          ? new Series(sample.name(), label, null)
          : new Series(
              sample.name().replaceFirst("(_le)?_bucket$", ""),
              label,
              le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.valueOf(le));
    }

    /** Tells whether it only rises while its process lives. */
    boolean isCumulative() {
      return le != null || name.endsWith("_total");
    }
  }

  /**
   * @throws IllegalArgumentException if the text is of another format, or holds too many series
   */
  static Scrape of(String text, long nanos) {
    Double startedAt = null;
    Map<Series, Double> values = new HashMap<>();
    for (PrometheusText.Sample sample : PrometheusText.read(text, Scrape::isShown)) {
      if (sample.name().equals(STARTED_AT)) {
        startedAt = sample.value();
      } else if (!Double.isNaN(sample.value())) {
        values.merge(Series.of(sample), sample.value(), Double::sum);
      }
      if (values.size() > MAX_SERIES) {
        throw new IllegalArgumentException("more than %,d series".formatted(MAX_SERIES));
      }
    }
    return new Scrape(nanos, startedAt, values);
  }

  private static boolean isShown(String name) {
    boolean own =
        name.startsWith("hydra_")
            || name.startsWith("gen_ai_")
            || name.startsWith(FLINKS + "hydra_")
            || name.equals(FLINKS + "KafkaSourceReader_topic_partition_currentOffset");
    boolean derived = name.endsWith("_sum") || name.endsWith("_count") || name.endsWith("_max");
    return own && !derived || name.equals(STARTED_AT);
  }
}
