package io.hydra.infra.lag;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hydra.infra.lag.cluster.ClusterState.Problem;
import io.hydra.infra.lag.services.Figures;
import io.hydra.infra.lag.services.Services.Service;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The content of the status page; its components are its JSON. Null stands for a value that is not
 * known, never 0. Ages count from the moment of writing, so no two clocks are compared.
 *
 * @param groups worst first; null if the cluster has not been read for too long
 * @param topics records in a second by topic
 * @param services null if none is configured; empty before they were first read
 */
record Overview(
    Cluster cluster,
    List<Group> groups,
    Map<String, Double> topics,
    List<Process> services,
    Double servicesAgeSeconds,
    Figures figures,
    WorthHistory.Day worth) {
  static final int MAX_GROUPS = 100;
  static final int MAX_PROBLEMS = 20;
  static final int MAX_TOPICS = 500;
  private static final int MAX_TOPICS_OF_GROUP = 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder().addMixIn(Report.Group.class, WithoutPartitions.class).build();

  @JsonIgnoreProperties({"partitions", "lastMember"})
  private interface WithoutPartitions {}

  /**
   * The watched cluster.
   *
   * @param trouble the reason why it cannot be read now; null while it can
   * @param ageSeconds of the last report; null if there is none that says anything of now
   * @param groups the number of all groups, shown or not
   */
  record Cluster(
      String name, String trouble, Double ageSeconds, int groups, List<Problem> problems) {}

  /**
   * A group of a {@link Report}, with topics in place of its partitions.
   *
   * @param history of its lag in seconds, oldest first
   */
  record Group(@JsonUnwrapped Report.Group group, Map<String, Lag> topics, List<Float> history) {
    /** The worst of a topic's partitions. */
    record Lag(Double seconds, Status status) {}

    static Group of(Report.Group group, List<Float> history) {
      Map<String, Lag> topics = new TreeMap<>();
      group.partitions().stream()
          .map(Report.Partition::topic)
          .distinct()
          .limit(MAX_TOPICS_OF_GROUP)
          .forEach(
              topic -> {
                Report.Group part = group.of(topic);
                topics.put(topic, new Lag(part.lagSeconds(), part.status()));
              });
      return new Group(group, topics, history);
    }
  }

  /**
   * @param upSeconds since its process started
   */
  record Process(String name, String state, List<String> reasons, Double upSeconds, int restarts) {
    static Process of(Service service, double nowSeconds) {
      return new Process(
          service.name(),
          service.state().name(),
          service.reasons(),
          service.startedAt() == null ? null : Math.max(0, nowSeconds - service.startedAt()),
          service.restarts());
    }
  }

  void writeJson(Writer out) throws IOException {
    JSON.writeValue(out, this);
  }
}
