package io.hydra.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.hydra.model.encoder.EncoderTrainer.TaskPairs;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Learns the options' matrices over vectors that are computed once. Closed tasks only. */
final class FrozenTraining extends Training {
  private final Map<String, float[][]> taught = new TreeMap<>();
  private final Map<String, float[][]> asked = new TreeMap<>();

  FrozenTraining(Encoder encoder, Map<String, TaskPairs> tasks, Map<String, TaskPairs> heldBack) {
    super(encoder.dimensions(), tasks, heldBack);
    tasks.forEach((id, pairs) -> taught.put(id, encoder.encode(pairs.inputs())));
    heldBack.forEach((id, pairs) -> asked.put(id, encoder.encode(pairs.inputs())));
  }

  @Override
  EncodedBatch encode(NDManager scope, Batch batch, boolean isHeldBack) {
    float[][] all = (isHeldBack ? asked : taught).get(batch.task());
    NDArray inputs = scope.create(batch.rows().stream().map(i -> all[i]).toArray(float[][]::new));
    return new EncodedBatch() {
      @Override
      public NDArray inputs() {
        return inputs;
      }

      @Override
      public NDArray outputs() {
        throw new UnsupportedOperationException("open text does not teach a frozen encoder");
      }

      @Override
      public void update() {}
    };
  }

  @Override
  List<NDArray> weights() {
    return List.of();
  }
}
