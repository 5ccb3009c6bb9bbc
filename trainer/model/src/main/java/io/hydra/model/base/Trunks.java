package io.hydra.model.base;

import io.hydra.model.base.BaseTrainer.TaskData;
import io.hydra.model.base.BaseTrainer.TrainingProgress;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.EncoderTrainer;
import io.hydra.model.encoder.EncoderTrainer.TaskPairs;
import io.hydra.model.feature.EncodedTexts;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The part that is learned of texts, before any head: an encoder and, per task, a base without
 * heads.
 *
 * @param encoder to be closed by the owner
 * @param epochs passes over the data after which it was best
 * @param ownsEncoder whether the encoder was made here, and not given
 */
record Trunks(
    Encoder encoder,
    EncodedTexts texts,
    Map<String, TaskBase> tasks,
    int epochs,
    boolean ownsEncoder)
    implements AutoCloseable {
  static final int MAX_EPOCHS = 8;
  private static final int PATIENCE = 2;

  /**
   * @param imported a frozen encoder; null to train the built-in one
   * @param users whom to learn from, by task
   * @param heldBack whose loss says when to stop; nobody's to go on to the last epoch
   */
  static Trunks train(
      Encoder imported,
      Map<String, TaskData> users,
      Map<String, TaskData> heldBack,
      int maxEpochs,
      long seed,
      String name,
      TrainingProgress progress) {
    boolean ownsEncoder = imported == null;
    Encoder encoder =
        ownsEncoder ? BuiltInEncoder.initialize(EncoderShape.DEFAULT, seed) : imported;
    EncoderTrainer.Trained trained =
        new EncoderTrainer(encoder, seed)
            .train(
                pairs(users),
                pairs(heldBack),
                maxEpochs,
                PATIENCE,
                (epoch, of, loss, heldBackLoss) ->
                    progress.step(name, epoch, of, detail(loss, heldBackLoss)));
    Map<String, TaskBase> tasks = new TreeMap<>();
    users.forEach(
        (id, data) -> {
          float[][] matrix = trained.options().getOrDefault(id, new float[0][]);
          tasks.put(id, TaskBase.of(data.task(), data.users(), matrix));
        });
    return new Trunks(encoder, new EncodedTexts(encoder), tasks, trained.bestEpoch(), ownsEncoder);
  }

  private static String detail(double loss, double heldBackLoss) {
    return Double.isNaN(heldBackLoss)
        ? "loss %.3f".formatted(loss)
        : "loss %.3f, held back %.3f".formatted(loss, heldBackLoss);
  }

  private static Map<String, TaskPairs> pairs(Map<String, TaskData> data) {
    Map<String, TaskPairs> pairs = new TreeMap<>();
    data.forEach((id, task) -> pairs.put(id, pairs(task)));
    return pairs;
  }

  private static TaskPairs pairs(TaskData data) {
    TaskSpec task = data.task();
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    for (List<HistoryItem> user : data.users()) {
      for (HistoryItem item : user) {
        int option = task.indexOf(item.output());
        if (!task.isClosed() || option >= 0) {
          inputs.add(item.input());
          outputs.add(task.isClosed() ? task.options().get(option) : item.output());
        }
      }
    }
    return new TaskPairs(inputs, outputs, task.options());
  }

  @Override
  public void close() {
    texts.close();
    if (ownsEncoder) {
      encoder.close();
    }
  }

  /**
   * A frozen encoder that never encodes a text twice: base training asks for the same texts once
   * per fold. Closing it leaves the encoder open.
   */
  record RememberedVectors(Encoder encoder, Map<String, float[]> vectors) implements Encoder {
    RememberedVectors(Encoder encoder) {
      this(encoder, new ConcurrentHashMap<>());
    }

    @Override
    public int dimensions() {
      return encoder.dimensions();
    }

    @Override
    public float[][] encode(List<String> texts) {
      List<String> unknown = new ArrayList<>(new LinkedHashSet<>(texts));
      unknown.removeIf(vectors::containsKey);
      float[][] encoded = encoder.encode(unknown);
      for (int i = 0; i < encoded.length; i++) {
        vectors.put(unknown.get(i), encoded[i]);
      }
      return texts.stream().map(vectors::get).toArray(float[][]::new);
    }

    @Override
    public void close() {
      vectors.clear();
    }
  }
}
