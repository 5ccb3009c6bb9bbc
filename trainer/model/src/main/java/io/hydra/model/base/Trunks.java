package io.hydra.model.base;

import io.hydra.model.base.BaseTrainer.TaskData;
import io.hydra.model.base.BaseTrainer.TrainingProgress;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.EncoderTrainer;
import io.hydra.model.encoder.EncoderTrainer.TaskPairs;
import io.hydra.model.encoder.EncoderTrainer.Trained;
import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.feature.EncodedTexts;
import io.hydra.model.feature.Memory;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.redis.HistoryItem;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The part that is learned of texts, before any head: an encoder of words and, per task, a base
 * without heads. An encoder of meaning is there or not; its trunks alone are learned.
 *
 * @param encoder of words
 * @param epochs passes over the data after which each was best
 */
record Trunks(
    BuiltInEncoder encoder, EncodedTexts texts, Map<String, TaskBase> tasks, Epochs epochs)
    implements AutoCloseable {
  private static final int PATIENCE = 2;

  /** More pairs of a task teach a small matrix little, and each costs milliseconds. */
  private static final int MOST_MEANING_PAIRS = 20_000;

  private static final int DIGEST_BYTES = 6;

  /**
   * Passes over the data.
   *
   * @param words of the encoder of words and its trunks
   * @param meaning of the trunks over the encoder of meaning
   */
  record Epochs(int words, int meaning) {
    static final Epochs MOST = new Epochs(8, 8);

    /** The epochs used if there are too few users to find them. */
    static final Epochs FEW_USERS = new Epochs(3, 6);

    static Epochs mean(List<Epochs> all) {
      return new Epochs(
          (int) Math.round(all.stream().mapToInt(Epochs::words).average().orElseThrow()),
          (int) Math.round(all.stream().mapToInt(Epochs::meaning).average().orElseThrow()));
    }
  }

  /**
   * @param meaning frozen; null without one
   * @param users the users to learn from, by task
   * @param heldBack the users whose loss says when to stop; none to go on to the last epoch
   */
  static Trunks train(
      MeaningEncoder meaning,
      Map<String, TaskData> users,
      Map<String, TaskData> heldBack,
      Epochs most,
      long seed,
      String name,
      TrainingProgress progress) {
    BuiltInEncoder words = BuiltInEncoder.initialize(EncoderShape.DEFAULT, seed);
    Map<String, TaskPairs> taught = pairs(users);
    Map<String, TaskPairs> asked = pairs(heldBack);
    Trained byWords = train(words, taught, asked, most.words(), seed, name, progress);
    Map<String, TaskPairs> closed = closed(taught);
    Trained byMeaning =
        meaning == null || closed.isEmpty()
            ? new Trained(Map.of(), 1)
            : train(
                meaning,
                closed,
                closed(asked),
                most.meaning(),
                seed,
                name + ", by meaning",
                progress);
    Map<String, TaskBase> tasks = new TreeMap<>();
    users.forEach(
        (id, data) ->
            tasks.put(id, base(meaning, data, matrix(byWords, id), matrix(byMeaning, id))));
    return new Trunks(
        words,
        texts(words, meaning),
        tasks,
        new Epochs(byWords.bestEpoch(), byMeaning.bestEpoch()));
  }

  /**
   * Makes one of several, whose scores are the means of theirs.
   *
   * @param users whose shares of options, lengths and items it knows, by task
   */
  static Trunks join(List<Trunks> trunks, MeaningEncoder meaning, Map<String, TaskData> users) {
    BuiltInEncoder words = BuiltInEncoder.join(trunks.stream().map(Trunks::encoder).toList());
    Map<String, TaskBase> tasks = new TreeMap<>();
    users.forEach(
        (id, data) -> {
          List<TaskBase> parts = trunks.stream().map(t -> t.tasks().get(id)).toList();
          float[][] byWords = join(parts.stream().map(TaskBase::trunk).toList());
          float[][] byMeaning = mean(parts.stream().map(TaskBase::meaningTrunk).toList());
          tasks.put(id, base(meaning, data, byWords, byMeaning));
        });
    return new Trunks(
        words,
        texts(words, meaning),
        tasks,
        Epochs.mean(trunks.stream().map(Trunks::epochs).toList()));
  }

  /** Matrices side by side, scaled as {@link BuiltInEncoder#join} scales the vectors. */
  private static float[][] join(List<float[][]> matrices) {
    float root = (float) Math.sqrt(matrices.size());
    float[][] joined = new float[matrices.get(0).length][];
    for (int c = 0; c < joined.length; c++) {
      int length = matrices.get(0)[c].length;
      joined[c] = new float[matrices.size() * length];
      for (int i = 0; i < joined[c].length; i++) {
        joined[c][i] = matrices.get(i / length)[c][i % length] / root;
      }
    }
    return joined;
  }

  private static float[][] mean(List<float[][]> matrices) {
    float[][] mean = new float[matrices.get(0).length][];
    for (int c = 0; c < mean.length; c++) {
      mean[c] = new float[matrices.get(0)[c].length];
      for (float[][] matrix : matrices) {
        for (int d = 0; d < mean[c].length; d++) {
          mean[c][d] += matrix[c][d] / matrices.size();
        }
      }
    }
    return mean;
  }

  private static TaskBase base(
      MeaningEncoder meaning, TaskData data, float[][] byWords, float[][] byMeaning) {
    return TaskBase.of(
        data.task(),
        data.users(),
        byWords,
        byMeaning,
        memory(meaning, data),
        optionNames(meaning, data.task()));
  }

  /** Meanings of the options' names; none of ordered options, whose numbers mean their order. */
  private static float[][] optionNames(MeaningEncoder meaning, TaskSpec task) {
    return meaning == null || task.isOrdinal() ? new float[0][] : meaning.encode(task.options());
  }

  /** Five at once remember texts while a base is trained, in half of the heap at most. */
  private static EncodedTexts texts(BuiltInEncoder words, MeaningEncoder meaning) {
    return new EncodedTexts(words, meaning, Runtime.getRuntime().maxMemory() / 10);
  }

  private static Memory memory(MeaningEncoder meaning, TaskData data) {
    return meaning == null || !data.task().isClosed()
        ? Memory.NONE
        : Memory.of(
            meaning, data.users().stream().flatMap(List::stream).toList(), data.task()::indexOf);
  }

  private static Trained train(
      Encoder encoder,
      Map<String, TaskPairs> taught,
      Map<String, TaskPairs> asked,
      int epochs,
      long seed,
      String name,
      TrainingProgress progress) {
    return new EncoderTrainer(encoder, seed)
        .train(
            taught,
            asked,
            epochs,
            PATIENCE,
            (epoch, of, loss, heldBackLoss) ->
                progress.step(name, epoch, of, detail(loss, heldBackLoss)));
  }

  /**
   * The first pairs of each closed task: users come in random order, so these are as good as any.
   * An encoder that is not trained learns nothing from the pairs of an open one.
   */
  private static Map<String, TaskPairs> closed(Map<String, TaskPairs> tasks) {
    Map<String, TaskPairs> closed = new TreeMap<>();
    tasks.forEach(
        (id, pairs) -> {
          if (!pairs.options().isEmpty()) {
            int most = Math.min(MOST_MEANING_PAIRS, pairs.inputs().size());
            closed.put(
                id,
                new TaskPairs(
                    pairs.inputs().subList(0, most),
                    pairs.outputs().subList(0, most),
                    pairs.options()));
          }
        });
    return closed;
  }

  private static float[][] matrix(Trained trained, String task) {
    return trained.options().getOrDefault(task, new float[0][]);
  }

  private static String detail(double loss, double heldBackLoss) {
    return Double.isNaN(heldBackLoss)
        ? "loss %.3f".formatted(loss)
        : "loss %.3f, held back %.3f".formatted(loss, heldBackLoss);
  }

  /**
   * A short hash of all that was learned. Two bases of the same users that differ show by it where
   * they began to: in a trunk, or in the heads over the same trunks.
   */
  String digest() {
    MessageDigest digest = Sha256.digest();
    try (DataOutputStream out =
        new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
      encoder.save(out);
      for (TaskBase task : tasks.values()) {
        write(task.trunk(), out);
        write(task.meaningTrunk(), out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a digest takes all bytes", e);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES);
  }

  private static void write(float[][] matrix, DataOutputStream out) throws IOException {
    for (float[] row : matrix) {
      for (float value : row) {
        out.writeFloat(value);
      }
    }
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
  }
}
