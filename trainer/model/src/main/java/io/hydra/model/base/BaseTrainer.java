package io.hydra.model.base;

import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.EncoderShape;
import io.hydra.model.encoder.EncoderTrainer;
import io.hydra.model.encoder.EncoderTrainer.TaskPairs;
import io.hydra.model.retrieve.Bm25;
import io.hydra.model.text.Words;
import io.hydra.schemas.redis.HistoryItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Trains a base (HYDRA's stage 1): the encoder with a trunk per task on some of the training users,
 * then the population heads on others. The heads meet the trunk's scores only on users that the
 * trunk has not seen; otherwise they would trust it too much. Every item is asked with the user's
 * strictly earlier items as history. Seeded: the same data give the same base.
 */
public final class BaseTrainer {
  private static final int EPOCHS = 3;
  private static final double TRUNK_SHARE = 0.6;
  private static final double HEAD_SHARE = 0.3;

  private final SampleSource samples;
  private final long seed;
  private final Consumer<String> progress;

  /**
   * @param progress told one line per step done
   */
  public BaseTrainer(SampleSource samples, long seed, Consumer<String> progress) {
    this.samples = samples;
    this.seed = seed;
    this.progress = progress;
  }

  /** Who teaches what; with very few users everybody teaches everything. */
  private record Roles(
      List<List<HistoryItem>> trunk,
      List<List<HistoryItem>> heads,
      List<List<HistoryItem>> heldBack) {}

  public Base train(Collection<TaskData> data) {
    Map<String, TaskData> tasks = new TreeMap<>();
    Map<String, Roles> roles = new TreeMap<>();
    Map<String, TaskPairs> pairs = new TreeMap<>();
    for (TaskData task : data) {
      String id = task.task().id();
      tasks.put(id, task);
      roles.put(id, roles(task.users()));
      pairs.put(id, pairs(task, roles.get(id).trunk()));
    }
    BuiltInEncoder encoder = BuiltInEncoder.initialize(EncoderShape.DEFAULT, seed);
    Map<String, float[][]> trunks =
        new EncoderTrainer(encoder, seed)
            .train(
                pairs,
                EPOCHS,
                (epoch, loss) ->
                    progress.accept(
                        "encoder: epoch %d of %d, loss %.3f".formatted(epoch, EPOCHS, loss)));
    Map<String, TaskBase> bases = new TreeMap<>();
    Map<String, Object> report = new TreeMap<>();
    try (Bm25 bm25 = new Bm25()) {
      tasks.forEach(
          (id, task) -> {
            TaskBase untrained =
                untrained(task, roles.get(id).trunk(), trunks.getOrDefault(id, new float[0][]));
            PopulationTrainer trainer =
                new PopulationTrainer(task.task(), encoder, bm25, samples, seed, progress);
            TaskBase trained = trainer.train(untrained, roles.get(id).heads());
            bases.put(id, trained);
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("trunkUsers", roles.get(id).trunk().size());
            facts.put("headUsers", roles.get(id).heads().size());
            facts.put("heldBackUsers", roles.get(id).heldBack().size());
            facts.put("llmCalls", trainer.llmCalls());
            facts.putAll(trainer.measure(trained, roles.get(id).heldBack()));
            report.put(id, facts);
          });
    }
    report.put("seed", seed);
    return new Base(encoder, bases, report);
  }

  private Roles roles(List<List<HistoryItem>> users) {
    List<List<HistoryItem>> shuffled = new ArrayList<>(users);
    Collections.shuffle(shuffled, new Random(seed));
    int trunk = (int) Math.round(shuffled.size() * TRUNK_SHARE);
    int heads = trunk + (int) Math.round(shuffled.size() * HEAD_SHARE);
    if (trunk == 0 || heads == trunk || heads == shuffled.size()) {
      return new Roles(shuffled, shuffled, List.of());
    }
    return new Roles(
        shuffled.subList(0, trunk),
        shuffled.subList(trunk, heads),
        shuffled.subList(heads, shuffled.size()));
  }

  private static TaskPairs pairs(TaskData data, List<List<HistoryItem>> users) {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    List<String> options = data.task().options();
    for (List<HistoryItem> user : users) {
      for (HistoryItem item : user) {
        int option = data.task().indexOf(item.output());
        if (options.isEmpty() || option >= 0) {
          inputs.add(item.input());
          outputs.add(options.isEmpty() ? item.output() : options.get(option));
        }
      }
    }
    return new TaskPairs(inputs, outputs, options);
  }

  private static TaskBase untrained(TaskData data, List<List<HistoryItem>> users, float[][] trunk) {
    List<String> outputs = users.stream().flatMap(List::stream).map(HistoryItem::output).toList();
    List<String> options = data.task().options();
    double[] shares = new double[options.size()];
    Arrays.fill(shares, 1);
    double total = options.size();
    for (String output : outputs) {
      int c = data.task().indexOf(output);
      if (c >= 0) {
        shares[c]++;
        total++;
      }
    }
    for (int c = 0; c < shares.length; c++) {
      shares[c] /= total;
    }
    double length = outputs.stream().mapToInt(o -> Words.of(o).size()).average().orElse(1);
    return new TaskBase(new double[0], new double[0], shares, trunk, length);
  }
}
