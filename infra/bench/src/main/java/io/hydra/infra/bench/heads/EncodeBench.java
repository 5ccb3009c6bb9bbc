package io.hydra.infra.bench.heads;

import io.hydra.infra.bench.heads.HeadsReport.Line;
import io.hydra.infra.bench.heads.Meter.Timing;
import io.hydra.model.encoder.Encoder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Texts a second, beside the plain mean of as many rows as a text has words. */
final class EncodeBench {
  private static final String SECTION = "encode";
  private static final int BATCH = 64;
  private static final int ROWS = 16_384;

  private final Meter meter;
  private final List<String> texts;

  EncodeBench(Meter meter, MadeUp data) {
    this.meter = meter;
    this.texts = new ArrayList<>();
    for (int i = 0; i < 16 * BATCH; i++) {
      texts.add(data.input(0));
    }
  }

  List<Line> lines(String name, Encoder encoder) {
    Timing mean = ceiling(encoder.dimensions());
    Cycle single = new Cycle(1);
    Cycle batch = new Cycle(BATCH);
    return List.of(
        Line.of(
            SECTION,
            name + ", one by one",
            meter.time(1, single::next, t -> encoder.encode(t)[0][0]),
            mean),
        Line.of(
            SECTION,
            "%s, batches of %d, per text".formatted(name, BATCH),
            meter.time(BATCH, batch::next, t -> encoder.encode(t)[0][0]),
            mean),
        Line.ceiling(
            SECTION,
            "ceiling: mean of %d rows of %d".formatted(MadeUp.INPUT_WORDS, encoder.dimensions()),
            mean));
  }

  private Timing ceiling(int dimensions) {
    SplittableRandom random = new SplittableRandom(1);
    float[] matrix = Plain.floats(random, ROWS * dimensions);
    int[][] rows = new int[BATCH][MadeUp.INPUT_WORDS];
    for (int[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextInt(ROWS);
      }
    }
    return meter.time(
        BATCH,
        () -> rows,
        all -> {
          double sum = 0;
          for (int[] row : all) {
            sum += Plain.mean(matrix, dimensions, row)[0];
          }
          return sum;
        });
  }

  /** The texts in turn, so many at once. */
  private final class Cycle {
    private final int size;
    private int at;

    Cycle(int size) {
      this.size = size;
    }

    List<String> next() {
      List<String> next = texts.subList(at, at + size);
      at = (at + size) % texts.size();
      return next;
    }
  }
}
