package io.hydra.model.feature;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.MeaningEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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
  void aTextThatIsReadAgainStaysAndOneThatIsNotGoes() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        EncodedTexts texts = new EncodedTexts(encoder, null, BUDGET)) {
      EncodedText used = texts.get("used");
      EncodedText idle = texts.get("idle");
      for (int i = 0; i < 2_000; i++) {
        EncodedText unused = texts.get(i + " a".repeat(1_000));
        assertThat(texts.get("used")).isSameAs(used);
      }
      assertThat(texts.get("idle")).isNotSameAs(idle);
      assertThat(texts.bytes()).isBetween(BUDGET - 10_000L, (long) BUDGET);
    }
  }

  @Test
  void textsThatAreReadOnceDisplaceNoneThatAreReadAgain() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        EncodedTexts texts = new EncodedTexts(encoder, null, BUDGET)) {
      List<String> usual = IntStream.range(0, 300).mapToObj(i -> i + " a".repeat(1_000)).toList();
      List<EncodedText> first = texts.get(usual);
      assertThat(texts.get(usual)).isEqualTo(first);
      for (int i = 0; i < 2_000; i++) {
        EncodedText unused = texts.get("once, " + i + " a".repeat(1_000));
        if (i % 400 == 0) {
          assertThat(texts.get(usual)).isEqualTo(first);
        }
      }
    }
  }

  @Test
  void textsOfUsersWhoCeasedToAskMakeRoomForOthers() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        EncodedTexts texts = new EncodedTexts(encoder, null, BUDGET)) {
      List<String> gone =
          IntStream.range(0, 2_000).mapToObj(i -> "gone " + i + " a".repeat(1_000)).toList();
      List<String> here = IntStream.range(0, 300).mapToObj(i -> i + " a".repeat(1_000)).toList();
      for (int round = 0; round < 2; round++) {
        gone.forEach(texts::get);
        gone.forEach(
            text -> assertThat(texts.get(List.of(text, text))).as("read again").hasSize(2));
      }
      for (int round = 0; round < 100; round++) {
        List<EncodedText> unused = texts.get(here);
      }
      List<EncodedText> remembered = texts.get(here);
      assertThat(texts.get(here)).isEqualTo(remembered);
    }
  }

  @Test
  void aTextWeighsItsWordsAndTermsWhateverItsScript() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        EncodedTexts reader = new EncodedTexts(encoder, null, BUDGET)) {
      int letters = weight(reader, "a ".repeat(400));
      int word = weight(reader, "a".repeat(800));
      assertThat(letters - word).isGreaterThan(400 * 50);
      assertThat(weight(reader, "喜".repeat(800))).isGreaterThan(word + 400 * 50);
    }
  }

  private static int weight(EncodedTexts texts, String text) {
    return texts.withWords(List.of(text)).get(0).bytes();
  }

  @Test
  void wordsAreRememberedOnlyWhereTheyAreWanted() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        EncodedTexts texts = new EncodedTexts(encoder)) {
      EncodedText without = texts.get("Two words");
      EncodedText with = texts.withWords(List.of("Two words")).get(0);
      assertThat(with.words()).containsExactly("two", "words").isEqualTo(without.words());
      assertThat(with.vector()).isSameAs(without.vector());
      assertThat(with.bytes()).isGreaterThan(without.bytes());
      assertThat(texts.get("Two words")).isSameAs(with);
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
        assertThat(first.packedBytes()).isEqualTo(1);
        packed = first.get("a text").packedMeaning();
        vector = first.get("a text").meaning();
      }
      int asked = counting.texts;
      try (EncodedTexts second = new EncodedTexts(encoder, meaning)) {
        assertThat(second.get("a text").hasMeaning()).isFalse();
        second.get("a text").remember(packed);
        assertThat(second.get("a text").meaning()).isEqualTo(vector);
        assertThat(second.get("a text").packedMeaning()).isEqualTo(packed);
        assertThat(counting.texts).isEqualTo(asked);
        assertThat(second.get("another").packedMeaning()).hasSize(1);
        assertThat(counting.texts).isEqualTo(asked + 1);
      }
    }
  }

  @Test
  void withoutAnEncoderOfMeaningThereIsNothingToKeep() {
    try (BuiltInEncoder encoder = BuiltInEncoder.initialize(new EncoderShape(100, 4), 1);
        EncodedTexts texts = new EncodedTexts(encoder)) {
      assertThat(texts.packedBytes()).isZero();
      texts.get("a text").remember(new byte[] {1});
      assertThat(texts.get("a text").meaning()).isEmpty();
      assertThat(texts.get("a text").packedMeaning()).isEmpty();
    }
  }
}
