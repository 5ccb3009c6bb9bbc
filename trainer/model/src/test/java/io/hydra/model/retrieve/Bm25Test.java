package io.hydra.model.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Bm25Test {
  private final Bm25 bm25 = new Bm25();

  @AfterEach
  void close() {
    bm25.close();
  }

  private double[] score(String query, String... documents) {
    Bm25.Index index = new Bm25.Index();
    List.of(documents).forEach(d -> index.add(bm25.analyze(d)));
    return index.score(bm25.analyze(query), documents.length);
  }

  @Test
  void agreesWithTheFormula() {
    // idf = ln(1 + (N − n + ½)/(n + ½)); tf/(tf + k1 (1 − b + b · length/mean)), all lengths equal.
    double idf = Math.log(1 + (3 - 1 + 0.5) / (1 + 0.5));
    double[] scores = score("guitar", "guitar strings", "violin bow", "drum sticks");
    assertThat(scores[0]).isCloseTo(idf * 1 / (1 + 1.2), within(1e-6));
    assertThat(scores[1]).isZero();
  }

  @Test
  void aPrefixIsScoredAsIfTheRestWereNotThere() {
    Bm25.Index whole = new Bm25.Index();
    Bm25.Index half = new Bm25.Index();
    List<String> texts = List.of("guitar strings", "violin bow and guitar", "a guitar", "drums");
    for (int i = 0; i < texts.size(); i++) {
      whole.add(bm25.analyze(texts.get(i)));
      if (i < 2) {
        half.add(bm25.analyze(texts.get(i)));
      }
    }
    Bm25.Document query = bm25.analyze("guitar bow");
    assertThat(whole.score(query, 2)).containsExactly(half.score(query, 2));
  }

  @Test
  void theFirstQuestionIsScoredAsLaterOnesAreAndTextsMayComeBetween() {
    Bm25.Index index = new Bm25.Index();
    List.of("guitar strings", "violin bow and guitar").forEach(t -> index.add(bm25.analyze(t)));
    Bm25.Document query = bm25.analyze("guitar bow guitar");
    double[] first = index.score(query, 2);
    assertThat(index.score(query, 2)).containsExactly(first);
    index.add(bm25.analyze("a bow"));
    assertThat(index.score(query, 2)).containsExactly(first);
    assertThat(index.score(query, 3))
        .containsExactly(
            score("guitar bow guitar", "guitar strings", "violin bow and guitar", "a bow"));
  }

  @Test
  void wordsMeetAcrossTheirForms() {
    assertThat(score("running shoes", "a shoe that runs")[0]).isPositive();
  }

  @Test
  void emptyAndForeignTextsSurvive() {
    assertThat(score("", "a thing")).containsExactly(0);
    assertThat(score("anything")).isEmpty();
    assertThat(score("the", "the and of")).containsExactly(0);
    assertThat(score("東京 タワー", "東京 駅")[0]).isPositive();
    assertThat(score("word", "word ".repeat(100_000))[0]).isPositive();
  }

  @Test
  void scriptsWithoutSpacesAreFoundByPartsOfASentence() {
    for (List<String> of :
        List.of(
            List.of("新的喜剧电影上映了", "足球比赛的结果", "喜剧电影"),
            List.of("東京タワーの写真", "大阪の天気", "東京タワー"),
            List.of("ผมชอบดูหนังตลกมาก", "ฟุตบอลเมื่อคืนนี้", "หนังตลก"),
            List.of("로맨틱코미디를 좋아해요", "축구 경기 결과", "코미디가"))) {
      try (Bm25 bm25 = new Bm25()) {
        Bm25.Index index = new Bm25.Index();
        index.add(bm25.analyze(of.get(0)));
        index.add(bm25.analyze(of.get(1)));
        double[] scores = index.score(bm25.analyze(of.get(2)), 2);
        assertThat(scores[0]).as(of.get(2)).isGreaterThan(scores[1]);
      }
    }
  }
}
