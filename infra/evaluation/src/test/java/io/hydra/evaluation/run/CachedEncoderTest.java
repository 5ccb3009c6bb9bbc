package io.hydra.evaluation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.encoder.Encoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedEncoderTest {
  @TempDir private Path folder;

  /** Counts the texts that it encodes; {@code weight} makes another encoder of it. */
  private static final class Counting implements Encoder {
    private final float weight;
    private int texts;

    private Counting(float weight) {
      this.weight = weight;
    }

    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public float[][] encode(List<String> asked) {
      texts += asked.size();
      return asked.stream().map(t -> new float[] {t.length(), weight}).toArray(float[][]::new);
    }

    @Override
    public Map<String, float[]> wordStates(String text) {
      return Map.of(text, new float[] {weight});
    }

    @Override
    public void save(Path target) throws IOException {
      Files.writeString(target.resolve("weights"), String.valueOf(weight));
    }

    @Override
    public void close() {}
  }

  private float[][] encode(Counting counting, String... texts) throws IOException {
    try (CachedEncoder cached = new CachedEncoder(counting, folder)) {
      return cached.encode(List.of(texts));
    }
  }

  @Test
  void statesOfWordsAreTheEncoders() throws IOException {
    try (CachedEncoder cached = new CachedEncoder(new Counting(3), folder)) {
      assertThat(cached.wordStates("one").get("one")).containsExactly(3);
    }
  }

  @Test
  void aTextIsEncodedOnceWhateverTheRuns() throws IOException {
    Counting counting = new Counting(3);
    float[][] first = encode(counting, "one", "three");
    assertThat(encode(counting, "three", "one", "seven"))
        .isDeepEqualTo(new float[][] {first[1], first[0], {5, 3}});
    assertThat(counting.texts).isEqualTo(3);
  }

  @Test
  void anotherEncoderHasVectorsOfItsOwn() throws IOException {
    float[][] unused = encode(new Counting(3), "one");
    assertThat(encode(new Counting(4), "one")[0]).containsExactly(3, 4);
  }

  @Test
  void aRecordCutShortIsWrittenAgain() throws IOException {
    Counting counting = new Counting(3);
    float[][] unused = encode(counting, "one");
    try (Stream<Path> files = Files.list(folder)) {
      Files.write(files.findFirst().orElseThrow(), new byte[5], StandardOpenOption.APPEND);
    }
    assertThat(encode(counting, "one", "seven")[1]).containsExactly(5, 3);
    assertThat(encode(counting, "one", "seven")[0]).containsExactly(3, 3);
    assertThat(counting.texts).isEqualTo(2);
  }
}
