package io.hydra.model.base;

import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.feature.EncodedTexts;
import java.util.Map;
import java.util.TreeMap;

/**
 * The part of the model that all users share: the encoders and, per task, the trunk and the
 * population heads.
 *
 * @param encoder of words, trained here
 * @param meaning a pretrained encoder; null without one
 * @param tasks by task id
 * @param report its training data and results, for people; two bases that differ in the report
 *     alone have the same version
 */
public record Base(
    Encoder encoder,
    MeaningEncoder meaning,
    Map<String, TaskBase> tasks,
    Map<String, Object> report)
    implements AutoCloseable {
  public Base {
    tasks = Map.copyOf(tasks);
    report = new TreeMap<>(report);
  }

  /** A base without meaning. */
  public Base(Encoder encoder, Map<String, TaskBase> tasks, Map<String, Object> report) {
    this(encoder, null, tasks, report);
  }

  /** Texts under the encoders, which stay this base's. */
  public EncodedTexts texts() {
    return new EncodedTexts(encoder, meaning);
  }

  @Override
  public void close() {
    encoder.close();
    if (meaning != null) {
      meaning.close();
    }
  }
}
