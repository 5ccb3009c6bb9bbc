package io.hydra.model.base;

import io.hydra.model.encoder.Encoder;
import java.util.Map;
import java.util.TreeMap;

/**
 * What all users share: the encoder and, per task, the trunk and the population heads.
 *
 * @param tasks by task id
 * @param report what it was trained on and how it did, for people; two bases that differ in the
 *     report alone have the same version
 */
public record Base(Encoder encoder, Map<String, TaskBase> tasks, Map<String, Object> report)
    implements AutoCloseable {
  public Base {
    tasks = Map.copyOf(tasks);
    report = new TreeMap<>(report);
  }

  @Override
  public void close() {
    encoder.close();
  }
}
