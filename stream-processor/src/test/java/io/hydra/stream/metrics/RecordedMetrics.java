package io.hydra.stream.metrics;

import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.metrics.filter.ReporterFilter;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.apache.flink.runtime.metrics.groups.FrontMetricGroup;
import org.apache.flink.runtime.metrics.groups.ReporterScopedSettings;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;

/** Flink's metric groups without a cluster. */
public final class RecordedMetrics {
  private final PrometheusText text = new PrometheusText();
  private final TaskMetricGroup task =
      TaskManagerMetricGroup.createTaskManagerMetricGroup(
              TestingMetricRegistry.builder()
                  .setNumberReporters(1)
                  .setRegisterConsumer((metric, name, group) -> text.add(metric, name, seen(group)))
                  .setUnregisterConsumer(
                      (metric, name, group) -> text.remove(metric, name, seen(group)))
                  .build(),
              "localhost",
              ResourceID.generate())
          .addJob(new JobID(), "job")
          .addTask(ExecutionAttemptID.randomId(), "a \"task\"");

  /** As a reporter sees a group. */
  static MetricGroup seen(MetricGroup group) {
    return new FrontMetricGroup<>(
        new ReporterScopedSettings(0, '.', ReporterFilter.NO_OP_FILTER, Set.of(), Map.of()),
        (AbstractMetricGroup<?>) group);
  }

  public TaskMetricGroup task() {
    return task;
  }

  public Scrape scrape() {
    return new Scrape(text.render());
  }

  String text() {
    return text.render();
  }
}
