package io.hydra.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.EncoderTrainer.TaskPairs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderTrainerTest {
  private static final EncoderShape SHAPE = new EncoderShape(500, 8);
  private static final List<String> OPTIONS = List.of("sport", "food");
  private static final TaskPairs SEPARABLE =
      new TaskPairs(
          repeat(List.of("ball goal team", "oven flour bread")), repeat(OPTIONS), OPTIONS);

  @TempDir private Path folder;

  private static List<String> repeat(List<String> texts) {
    return Collections.nCopies(40, texts).stream().flatMap(List::stream).toList();
  }

  /** Words of no meaning with labels by chance: whoever learns them knows less of others. */
  private static TaskPairs noise(int seed) {
    Random random = new Random(seed);
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      inputs.add("word%d word%d".formatted(random.nextInt(60), random.nextInt(60)));
      outputs.add(OPTIONS.get(random.nextInt(2)));
    }
    return new TaskPairs(inputs, outputs, OPTIONS);
  }

  private static byte[] bytes(BuiltInEncoder encoder) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    encoder.save(out);
    return out.toByteArray();
  }

  private record Epoch(double loss, double heldBackLoss) {}

  private record Run(byte[] weights, Map<String, float[][]> options, List<Epoch> epochs) {
    int best() {
      List<Double> losses = epochs.stream().map(Epoch::heldBackLoss).toList();
      return losses.indexOf(Collections.min(losses));
    }
  }

  private static Run run(
      Map<String, TaskPairs> tasks, Map<String, TaskPairs> heldBack, int epochs, int patience)
      throws IOException {
    List<Epoch> told = new ArrayList<>();
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(SHAPE, 3)) {
      Map<String, float[][]> options =
          new EncoderTrainer(encoder, 3)
              .train(
                  tasks,
                  heldBack,
                  epochs,
                  patience,
                  (epoch, of, loss, heldBackLoss) -> {
                    assertThat(epoch).isEqualTo(told.size() + 1);
                    assertThat(of).isEqualTo(epochs);
                    told.add(new Epoch(loss, heldBackLoss));
                  })
              .options();
      return new Run(bytes(encoder), options, told);
    }
  }

  @Test
  void theBestEpochCountsAndPatienceEndsTheRest() throws IOException {
    Map<String, TaskPairs> tasks = Map.of("t", noise(1), "open", SEPARABLE);
    Map<String, TaskPairs> heldBack = Map.of("t", noise(2));
    Run watched = run(tasks, heldBack, 50, 3);
    assertThat(watched.epochs()).hasSize(watched.best() + 1 + 3).hasSizeLessThan(50);

    // Without patience the same epochs pass by: what counts is the state after the best of them.
    Run untilBest = run(tasks, Map.of(), watched.best() + 1, 1);
    assertThat(untilBest.weights()).isEqualTo(watched.weights());
    assertThat(untilBest.options().get("t")).isDeepEqualTo(watched.options().get("t"));
    Run beyond = run(tasks, Map.of(), watched.epochs().size(), 1);
    assertThat(beyond.weights()).isNotEqualTo(watched.weights());
    assertThat(beyond.epochs())
        .extracting(Epoch::loss)
        .isEqualTo(watched.epochs().stream().map(Epoch::loss).toList());
    assertThat(beyond.epochs()).extracting(Epoch::heldBackLoss).containsOnly(Double.NaN);
  }

  @Test
  void gradientsOfOthersInTheProcessStayAsTheyAre() throws IOException {
    DjlEngine.prepare();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray weights = manager.create(new float[] {1, 2});
      weights.setRequiresGradient(true);
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        collector.backward(weights.square().sum());
      }
      Run beside = run(Map.of("t", SEPARABLE), Map.of(), 1, 1);
      assertThat(weights.getGradient().toFloatArray()).containsExactly(2, 4);
      assertThat(run(Map.of("t", SEPARABLE), Map.of(), 1, 1).weights()).isEqualTo(beside.weights());
    }
  }

  @Test
  void wordsThatNobodyUsedStayAsTheyWere() throws IOException {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100_000, 8), 3)) {
      float[] before = encoder.words().clone();
      EncoderTrainer.Trained unused =
          new EncoderTrainer(encoder, 3)
              .train(Map.of("t", SEPARABLE), Map.of(), 2, 1, (e, of, l, h) -> {});
      float[] after = encoder.words();
      int moved = 0;
      for (int row = 0; row < before.length / 8; row++) {
        moved += after[row * 8] != before[row * 8] ? 1 : 0;
      }
      assertThat(moved).isEqualTo(6);
      assertThat(after[0]).isEqualTo(before[0]);
    }
  }

  @Test
  void aFrozenEncoderStaysAsItWasAndItsOptionsAreLearnt() throws IOException {
    List<String> inputs = repeat(List.of("good", "bad drum"));
    TaskPairs pairs = new TaskPairs(inputs, repeat(OPTIONS), OPTIONS);
    List<Double> heldBack = new ArrayList<>();
    try (Encoder encoder = EncoderSource.open(EncoderFixtures.staticModel(folder))) {
      float[][] before = encoder.encode(inputs);
      EncoderTrainer trainer = new EncoderTrainer(encoder, 3);
      Map<String, TaskPairs> tasks = Map.of("t", pairs, "open", SEPARABLE_TEXT);
      Map<String, float[][]> options =
          trainer
              .train(tasks, Map.of("t", pairs), 30, 5, (e, of, loss, held) -> heldBack.add(held))
              .options();
      assertThat(encoder.encode(inputs)).isDeepEqualTo(before);
      assertThat(options).containsOnlyKeys("t");
      assertThat(options.get("t")).hasDimensions(2, 3);
      assertThat(dot(options.get("t")[0], before[0]))
          .isGreaterThan(dot(options.get("t")[1], before[0]));
      assertThat(dot(options.get("t")[1], before[1]))
          .isGreaterThan(dot(options.get("t")[0], before[1]));
      assertThat(heldBack.get(heldBack.size() - 1)).isLessThan(heldBack.get(0));
      assertThat(
              trainer
                  .train(tasks, Map.of("t", pairs), 30, 5, (e, of, l, h) -> {})
                  .options()
                  .get("t"))
          .isDeepEqualTo(options.get("t"));
    }
  }

  private static final TaskPairs SEPARABLE_TEXT =
      new TaskPairs(List.of("good", "bad"), List.of("better", "worse"), List.of());

  @Test
  void openTextAloneTeachesAFrozenEncoderNothing() throws IOException {
    try (Encoder encoder = EncoderSource.open(EncoderFixtures.staticModel(folder))) {
      assertThat(
              new EncoderTrainer(encoder, 3)
                  .train(Map.of("open", SEPARABLE_TEXT), Map.of(), 3, 3, (e, of, l, h) -> {})
                  .options())
          .isEmpty();
    }
  }

  @Test
  void emptyTextsAndEmptyTasksAreTrainedOnWithoutHarm() throws IOException {
    TaskPairs empty = new TaskPairs(List.of(), List.of(), OPTIONS);
    TaskPairs blank = new TaskPairs(List.of("", "\uD83D"), List.of("sport", "food"), OPTIONS);
    Run run = run(Map.of("a", empty, "b", blank), Map.of("a", empty, "b", blank), 2, 2);
    assertThat(run.options()).containsOnlyKeys("a", "b");
    assertThat(run.options().get("a")).isDeepEqualTo(new float[2][8]);
    for (float[] option : run.options().get("b")) {
      for (float v : option) {
        assertThat(v).isFinite();
      }
    }
  }

  @Test
  void pairsThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TaskPairs(List.of("a"), List.of(), List.of()))
        .withMessageContaining("1 inputs have 0 outputs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TaskPairs(List.of("a"), List.of("secret"), OPTIONS))
        .withMessageContaining("options")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(SHAPE, 3)) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  new EncoderTrainer(encoder, 3)
                      .train(
                          Map.of("t", SEPARABLE),
                          Map.of("other", SEPARABLE),
                          1,
                          1,
                          (e, of, l, h) -> {}))
          .withMessageContaining("other");
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
