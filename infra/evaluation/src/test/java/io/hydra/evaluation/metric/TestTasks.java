package io.hydra.evaluation.metric;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.model.task.TaskSpec;
import java.util.List;
import java.util.Map;

/** Tasks with what the metrics look at, and nothing else. */
public final class TestTasks {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TestTasks() {}

  public static TaskSpec labels(String... options) {
    return task("LaMP_2N", "ACCURACY", options);
  }

  public static TaskSpec ratings() {
    return task("LaMP_3", "MAE", "1", "2", "3", "4", "5");
  }

  public static TaskSpec text() {
    return task("LaMP_4", "ROUGE");
  }

  public static TaskSpec task(String id, String metric, String... options) {
    return JSON.convertValue(
        Map.of("id", id, "metric", metric, "options", List.of(options)), TaskSpec.class);
  }
}
