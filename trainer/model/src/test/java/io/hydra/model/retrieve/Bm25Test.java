package io.hydra.model.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity.SimScorer;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.SmallFloat;
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

  /** Texts of up to 300 words, beyond the lengths that Lucene's byte keeps exactly. */
  @Test
  void agreesWithLuceneToTheLastBit() {
    SplittableRandom random = new SplittableRandom(1);
    Bm25.Index index = new Bm25.Index();
    List<Bm25.Document> documents = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int words = random.nextInt(i % 7 == 0 ? 300 : 40);
      String text =
          IntStream.range(0, words)
              .mapToObj(w -> "q" + random.nextInt(1 + random.nextInt(200)))
              .collect(Collectors.joining(" "));
      documents.add(bm25.analyze(text));
      index.add(documents.get(i));
    }
    for (int prefix = 0; prefix < documents.size(); prefix++) {
      for (int query : new int[] {prefix, random.nextInt(documents.size())}) {
        assertThat(index.score(documents.get(query), prefix))
            .containsExactly(byLucene(documents.get(query), documents.subList(0, prefix)));
      }
    }
  }

  private static double[] byLucene(Bm25.Document query, List<Bm25.Document> documents) {
    double[] scores = new double[documents.size()];
    long total = documents.stream().mapToLong(Bm25.Document::length).sum();
    for (long term : query.terms()) {
      int[] counts = documents.stream().mapToInt(document -> count(document, term)).toArray();
      int texts = (int) Arrays.stream(counts).filter(count -> count > 0).count();
      if (texts > 0) {
        SimScorer scorer =
            new BM25Similarity()
                .scorer(
                    1f,
                    new CollectionStatistics("text", counts.length, counts.length, total, total),
                    new TermStatistics(new BytesRef(), texts, Arrays.stream(counts).sum()));
        for (int i = 0; i < counts.length; i++) {
          int length = SmallFloat.intToByte4(documents.get(i).length()) & 0xff;
          scores[i] += counts[i] == 0 ? 0 : scorer.score(counts[i], length);
        }
      }
    }
    return scores;
  }

  private static int count(Bm25.Document document, long term) {
    return IntStream.range(0, document.terms().length)
        .filter(t -> document.terms()[t] == term)
        .map(t -> document.counts()[t])
        .sum();
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
