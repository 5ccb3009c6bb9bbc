package io.hydra.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The promises of every kind of encoder. */
class EncoderContractTest {
  private static final List<String> TEXTS =
      List.of(
          "good drum",
          "the bad cable of the drum",
          "",
          "   \t\n",
          "東京 は 日本 の 首都",
          "مرحبا بالعالم",
          "🎸 🥁 👩‍👩‍👧‍👦",
          "\u0000 good \uD83D bad \uDE00",
          "drum ".repeat(20_000),
          "x".repeat(100_000),
          "\uD83C\uDFB8".repeat(25_000));

  @TempDir private Path folder;

  enum Kind {
    BUILT_IN,
    STATIC,
    TORCHSCRIPT,
    TORCHSCRIPT_POOLED,
    ONNX
  }

  private Encoder open(Kind kind) throws IOException {
    Path at = folder.resolve("source");
    return EncoderSource.open(
        switch (kind) {
          case BUILT_IN -> EncoderFixtures.builtIn(at);
          case STATIC -> EncoderFixtures.staticModel(at);
          case TORCHSCRIPT -> EncoderFixtures.network(at, "tiny.pt");
          case TORCHSCRIPT_POOLED -> EncoderFixtures.network(at, "pooled.pt");
          case ONNX -> EncoderFixtures.network(at, "tiny.onnx");
        });
  }

  @ParameterizedTest
  @EnumSource
  void vectorsHaveLengthOneOrZero(Kind kind) throws IOException {
    try (Encoder encoder = open(kind)) {
      float[][] vectors = encoder.encode(TEXTS);
      assertThat(vectors).hasNumberOfRows(TEXTS.size());
      for (float[] vector : vectors) {
        assertThat(vector).hasSize(encoder.dimensions());
        assertThat(length(vector))
            .satisfiesAnyOf(
                l -> assertThat(l).isCloseTo(1, within(1e-3)), l -> assertThat(l).isZero());
      }
      assertThat(length(vectors[0])).isPositive();
      assertThat(length(vectors[2])).isZero();
      assertThat(length(vectors[3])).isZero();
      assertThat(length(vectors[8])).isPositive();
      assertThat(encoder.encode(List.of())).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameTextsGiveTheSameBytes(Kind kind) throws IOException {
    float[][] first;
    try (Encoder encoder = open(kind)) {
      first = encoder.encode(TEXTS);
      assertThat(encoder.encode(TEXTS)).isDeepEqualTo(first);
    }
    try (Encoder again = EncoderSource.open(folder.resolve("source"))) {
      assertThat(again.encode(TEXTS)).isDeepEqualTo(first);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBatchOfManyIsOneByOne(Kind kind) throws IOException {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      many.add("good " + "drum ".repeat(i % 13) + TEXTS.get(i % 8));
    }
    try (Encoder encoder = open(kind)) {
      float[][] batch = encoder.encode(many);
      for (int i = 0; i < many.size(); i += 7) {
        float[] alone = encoder.encode(List.of(many.get(i)))[0];
        for (int d = 0; d < alone.length; d++) {
          assertThat(batch[i][d]).isCloseTo(alone[d], within(1e-5f));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoThreadsAtOnceGetWhatOneGets(Kind kind) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Encoder encoder = open(kind)) {
      float[][] expected = encoder.encode(TEXTS);
      CyclicBarrier start = new CyclicBarrier(2);
      List<Future<List<float[][]>>> results = new ArrayList<>();
      for (int t = 0; t < 2; t++) {
        results.add(
            threads.submit(
                () -> {
                  int unused = start.await();
                  return Stream.generate(() -> encoder.encode(TEXTS)).limit(20).toList();
                }));
      }
      for (Future<List<float[][]>> result : results) {
        assertThat(result.get()).allSatisfy(v -> assertThat(v).isDeepEqualTo(expected));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasSavedOpensAgainAndSavesToTheSameBytes(Kind kind) throws IOException {
    Path saved = Files.createDirectory(folder.resolve("saved"));
    Path savedAgain = Files.createDirectory(folder.resolve("again"));
    float[][] vectors;
    try (Encoder encoder = open(kind)) {
      encoder.save(saved);
      vectors = encoder.encode(TEXTS);
    }
    try (Encoder loaded = EncoderSource.open(saved)) {
      assertThat(loaded.encode(TEXTS)).isDeepEqualTo(vectors);
      loaded.save(savedAgain);
    }
    List<Path> files = files(saved);
    assertThat(files).isNotEmpty().hasSameSizeAs(files(savedAgain));
    for (Path file : files) {
      assertThat(savedAgain.resolve(file.getFileName())).hasSameBinaryContentAs(file);
    }
  }

  @ParameterizedTest
  @EnumSource
  void manyTextsAtOnceKeepTheirOrder(Kind kind) throws IOException {
    try (Encoder encoder = open(kind)) {
      List<String> same = Collections.nCopies(700, "good drum");
      float[] one = encoder.encode(List.of("good drum"))[0];
      assertThat(encoder.encode(same))
          .hasNumberOfRows(700)
          .satisfies(
              rows -> {
                for (float[] row : rows) {
                  assertThat(row).containsExactly(one, within(1e-5f));
                }
              });
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static double length(float[] vector) {
    double square = 0;
    for (float v : vector) {
      square += v * v;
    }
    return Math.sqrt(square);
  }
}
