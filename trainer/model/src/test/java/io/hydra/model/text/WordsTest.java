package io.hydra.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void wordsOfAnyScriptAreFound() {
    assertThat(Words.of("Ünïcode, 東京 2024—Ёлка!")).containsExactly("ünïcode", "東京", "2024", "ёлка");
    assertThat(Words.of("a b c d", 2)).containsExactly("a", "b");
  }

  @Test
  void marksBelongToTheirLetters() {
    assertThat(Words.of("हिन्दी भाषा")).containsExactly("हिन्दी", "भाषा");
    assertThat(Words.of("தமிழ் மொழி")).containsExactly("தமிழ்", "மொழி");
    assertThat(Words.of("שָׁלוֹם עוֹלָם")).hasSize(2);
    assertThat(Words.of("مُحَمَّد")).hasSize(1);
    assertThat(Words.of("می\u200Cخواهم")).hasSize(1);
    assertThat(Words.of("\u0301 x")).containsExactly("x");
  }

  @Test
  void oneWordIsOneWordHoweverItIsComposed() {
    assertThat(Words.of("Cafe\u0301")).isEqualTo(Words.of("café"));
    assertThat(Words.of("\u1112\u1161\u11AB\u1100\u116E\u11A8")).isEqualTo(Words.of("한국"));
  }

  @Test
  void scriptsWithoutSpacesAreReadByPairs() {
    assertThat(Words.of("東京タワー")).containsExactly("東京", "京タ", "タワ", "ワー");
    assertThat(Words.of("我爱喜剧。好")).containsExactly("我爱", "爱喜", "喜剧", "好");
    assertThat(Words.of("第3章 iPhone版")).containsExactly("第", "3", "章", "iphone", "版");
    assertThat(Words.of("학교에")).containsExactly("학교", "교에");
    assertThat(Words.of("น้ำใจ")).hasSizeGreaterThan(1).allSatisfy(w -> assertThat(w).isNotBlank());
    assertThat(Words.of("\uD840\uDC00\uD840\uDC01")).hasSize(1);
    assertThat(Words.hasUnspaced("a ก b")).isTrue();
    assertThat(Words.hasUnspaced("plain “text”, हिन्दी")).isFalse();
  }

  @Test
  void whatIsAlikeSharesWordsInScriptsWithoutSpaces() {
    double same = Rouge.rouge1(Words.of("新的喜剧电影上映"), Words.of("喜剧电影票房"));
    assertThat(same).isGreaterThan(0.4);
    double other = Rouge.rouge1(Words.of("新的喜剧电影上映"), Words.of("足球比赛结果"));
    assertThat(other).isZero();
  }

  @Test
  void wordsOfScriptsWithSpacesAreRunsOfLettersAndDigits() {
    Random random = new Random(5);
    String alphabet = "abcXYZéßçÑжЯωΔ019 .,'’-_/\n\t\uD83D\uDE00\uD835\uDD04“";
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(80); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(Words.of(text.toString())).isEqualTo(runs(text.toString()));
    }
  }

  private static List<String> runs(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int c : (text + " ").codePoints().toArray()) {
      if (Character.isLetterOrDigit(c)) {
        word.appendCodePoint(c);
      } else if (!word.isEmpty()) {
        words.add(word.toString().toLowerCase(Locale.ROOT));
        word.setLength(0);
      }
    }
    return words;
  }

  @Test
  void ofALongTextItsHeadIsRead() {
    assertThat(Words.of("a ".repeat(32_000))).hasSize(Words.MAX_WORDS);
    assertThat(Words.of("b".repeat(64_000)))
        .singleElement()
        .satisfies(word -> assertThat(word).hasSize(Words.MAX_CHARACTERS));
    String clefs = "x" + "\uD834\uDD1E".repeat(Words.MAX_CHARACTERS);
    assertThat(Words.head(clefs)).hasSize(Words.MAX_CHARACTERS - 1).endsWith("\uD834\uDD1E");
    assertThat(Words.head("short")).isEqualTo("short");
  }
}
