package io.hydra.model.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncodedTextsTest {
  private static final int BUDGET = 2_000_000;

  @Test
  void whatIsRememberedIsBoundedByWhatItTakes() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        EncodedTexts reader = new EncodedTexts(encoder, BUDGET)) {
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
        EncodedTexts reader = new EncodedTexts(encoder, BUDGET)) {
      int letters = reader.get("a ".repeat(400)).bytes();
      int word = reader.get("a".repeat(800)).bytes();
      assertThat(letters - word).isGreaterThan(400 * 50);
      assertThat(reader.get("喜".repeat(800)).bytes()).isGreaterThan(word + 400 * 50);
    }
  }
}
