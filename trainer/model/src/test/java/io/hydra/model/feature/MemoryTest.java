package io.hydra.model.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hydra.model.encoder.EncoderFixtures;
import io.hydra.model.encoder.EncoderSource;
import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.schemas.redis.HistoryItem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {
  private static final List<String> OPTIONS = List.of("yes", "no", "maybe");
  private static final double[] SHARES = {0.5, 0.3, 0.2};

  @TempDir private Path folder;

  private MeaningEncoder encoder() throws IOException {
    return MeaningEncoder.learn(
        EncoderSource.open(EncoderFixtures.staticModel(folder.resolve("model"))),
        List.of("good drum", "bad drum", "good", "bad"),
        2,
        1);
  }

  private static HistoryItem item(String input, String output) {
    return new HistoryItem("e", 1, input, output);
  }

  @Test
  void theSameTextVotesAndAnotherHardlyDoes() throws IOException {
    try (MeaningEncoder encoder = encoder()) {
      Memory memory =
          Memory.of(
              encoder,
              List.of(item("good", "no"), item("bad", "yes"), item("good", "other")),
              OPTIONS::indexOf);
      assertThat(memory.labels()).containsExactly(1, 0);
      float[] good = MeaningEncoder.unpack(encoder.pack("good"));
      float[] bad = MeaningEncoder.unpack(encoder.pack("bad"));
      double far = Math.exp((Aspect.dot(good, bad) - 1) / 0.1);
      double[] votes = new Neighbours(memory, SHARES).votes(good);
      double total = 1 + far + 0.05;
      assertThat(votes[0]).isCloseTo(Math.log((far + 0.025) / (total * 0.5)), within(1e-5));
      assertThat(votes[1]).isCloseTo(Math.log((1 + 0.015) / (total * 0.3)), within(1e-5));
      assertThat(votes[2]).isCloseTo(Math.log(0.05 / total), within(1e-5));
    }
  }

  /** Fifty near ones, and ten a little farther off, which are not asked. */
  @Test
  void onlyTheNearestVote() {
    byte[][] vectors = new byte[60][];
    Arrays.setAll(vectors, i -> new byte[] {(byte) (i < 50 ? 0x70 : 0x71)});
    int[] labels = new int[60];
    Arrays.fill(labels, 50, 60, 2);
    double[] votes = new Neighbours(new Memory(vectors, labels), SHARES).votes(new float[] {1, 0});
    assertThat(votes[2]).isEqualTo(votes[1], within(1e-12)).isLessThan(votes[0]);
  }

  @Test
  void whatThereIsNoRoomForIsLeftOutEvenly() throws IOException {
    List<HistoryItem> items = new ArrayList<>();
    for (int i = 0; i < 3 * 2048; i++) {
      items.add(item("good", OPTIONS.get(i < 2048 ? 0 : i < 4096 ? 1 : 2)));
    }
    try (MeaningEncoder encoder = encoder()) {
      int[] labels = Memory.of(encoder, items, OPTIONS::indexOf).labels();
      assertThat(labels).hasSize(2048);
      for (int c = 0; c < 3; c++) {
        int option = c;
        assertThat(Arrays.stream(labels).filter(l -> l == option).count()).isBetween(682L, 683L);
      }
    }
  }
}
