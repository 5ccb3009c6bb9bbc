package io.hydra.infra.topic;

import java.util.Map;

/**
 * A topic as a cluster has it.
 *
 * @param replication the fewest copies that a partition has
 * @param settings by name; empty where reading them is denied
 */
record FoundTopic(int partitions, int replication, Map<String, String> settings) {}
