package io.hydra.infra.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
  private final Vocabulary vocabulary = Vocabulary.of(List.of("red boat", "red house", "a boat"));

  @Test
  void wordsOfTwoTextsAreKnownAndTheOthersStillDiffer() {
    assertThat(vocabulary.size()).isEqualTo(2);
    assertThat(vocabulary.id("red")).isEqualTo(0);
    assertThat(vocabulary.id("house")).isNegative().isNotEqualTo(vocabulary.id("a"));
    assertThat(vocabulary.idf(vocabulary.id("house")))
        .isGreaterThan(vocabulary.idf(vocabulary.id("red")));
  }

  @Test
  void similarityIsTheCosineOfTheTfIdfVectors() {
    double red = Math.log(4 / 3.0) + 1;
    double unseen = Math.log(4) + 1;
    double expected = red * red / (Math.hypot(red, red) * Math.hypot(red, unseen));

    assertThat(text("Red boat!").similarity(text("red moon"))).isCloseTo(expected, within(1e-6));
    assertThat(text("red boat").similarity(text("Boat, red"))).isCloseTo(1, within(1e-6));
    assertThat(text("red").similarity(text("moon"))).isZero();
    assertThat(text("").similarity(text("red"))).isZero();
  }

  @Test
  void wordsKnowTheirKindAndPlace() {
    Text text = text("The boat. The iPad of Anna");

    assertThat(text.surface(3)).isEqualTo("iPad");
    assertThat(text.opensSentence(2)).isTrue();
    assertThat(text.keepsCase(2)).isFalse();
    assertThat(text.keepsCase(3)).isTrue();
    assertThat(text.keepsCase(5)).isTrue();
    assertThat(text.isFunction(4)).isTrue();
    assertThat(Words.functionWord(text.function(4))).isEqualTo("of");
  }

  @Test
  void theCacheIsBoundedAndReturnsTheSameAnalysis() {
    LoadingCache<String, Text> cache = Text.cache(vocabulary, 160);
    Text first = cache.get("text 0");
    assertThat(cache.get("text 0")).isSameAs(first);
    for (int i = 1; i < 100; i++) {
      Text unused = cache.get("text " + i);
      cache.cleanUp();
      assertThat(cache.asMap().keySet().stream().mapToInt(String::length).sum()).isBetween(6, 160);
    }
    assertThat(cache.get("text 1")).isNotSameAs(first);
    assertThat(cache.get("text 0").similarity(first)).isCloseTo(1, within(1e-6));
    String large = "too long to be kept in such a small cache".repeat(4);
    assertThat(cache.get(large).raw()).isEqualTo(large);
    cache.cleanUp();
    assertThat(cache.asMap()).doesNotContainKey(large).isNotEmpty();
  }

  private Text text(String raw) {
    return Text.of(raw, vocabulary);
  }
}
