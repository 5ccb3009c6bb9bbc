package io.hydra.model.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.MeaningEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EncodedTextsTest {
  private static final int BUDGET = 2_000_000;

  @Test
  void whatIsRememberedIsBoundedByWhatItTakes() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        EncodedTexts reader = new EncodedTexts(encoder, null, BUDGET)) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        texts.add(i + " a".repeat(32_000));
      }
      List<EncodedText> read = reader.get(texts);
      assertThat(read).hasSize(200);
      assertThat(reader.bytes()).isPositive().isLessThanOrEqualTo(BUDGET);
    }
  }

  @Test
  void aTextWeighsItsWordsAndTermsWhateverItsScript() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        EncodedTexts reader = new EncodedTexts(encoder, null, BUDGET)) {
      int letters = reader.get("a ".repeat(400)).bytes();
      int word = reader.get("a".repeat(800)).bytes();
      assertThat(letters - word).isGreaterThan(400 * 50);
      assertThat(reader.get("喜".repeat(800)).bytes()).isGreaterThan(word + 400 * 50);
    }
  }

  /** Counts what it is asked for. */
  private static final class CountingEncoder implements Encoder {
    private int texts;

    @Override
    public int dimensions() {
      return 2;
    }

    @Override
    public float[][] encode(List<String> asked) {
      texts += asked.size();
      return asked.stream().map(t -> new float[] {t.length(), 1}).toArray(float[][]::new);
    }

    @Override
    public void close() {}
  }

  @Test
  void whatIsKnownOfATextIsNotComputedAgain() {
    CountingEncoder counting = new CountingEncoder();
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        MeaningEncoder meaning = MeaningEncoder.learn(counting, List.of("a", "bbb", "cc"), 2, 1)) {
      byte[] packed;
      float[] vector;
      try (EncodedTexts first = new EncodedTexts(encoder, meaning)) {
        assertThat(first.packedBytes()).isEqualTo(2);
        packed = first.get("a text").packedMeaning();
        vector = first.get("a text").meaning();
      }
      int asked = counting.texts;
      try (EncodedTexts second = new EncodedTexts(encoder, meaning)) {
        second.put(Map.of("a text", packed, "another", new byte[7]));
        assertThat(second.get("a text").meaning()).isEqualTo(vector);
        assertThat(second.get("a text").packedMeaning()).isEqualTo(packed);
        assertThat(counting.texts).isEqualTo(asked);
        assertThat(second.get("another").packedMeaning()).hasSize(2);
        assertThat(counting.texts).isEqualTo(asked + 1);
      }
    }
  }

  @Test
  void withoutAnEncoderOfMeaningThereIsNothingToKeep() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        EncodedTexts texts = new EncodedTexts(encoder)) {
      assertThat(texts.packedBytes()).isZero();
      texts.put(Map.of("a text", new byte[] {1}));
      assertThat(texts.get("a text").meaning()).isEmpty();
      assertThat(texts.get("a text").packedMeaning()).isEmpty();
    }
  }
}
