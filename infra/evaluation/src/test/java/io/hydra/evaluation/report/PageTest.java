package io.hydra.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.evaluation.report.Page.Charts;
import io.hydra.evaluation.report.Page.Lines;
import io.hydra.evaluation.report.Page.Lines.Point;
import io.hydra.evaluation.report.Page.Lines.Series;
import io.hydra.evaluation.report.Page.Lines.Tick;
import io.hydra.evaluation.report.Page.Section;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PageTest {
  private static Page page(Lines... charts) {
    return new Page(
        "title",
        "lead",
        List.of(),
        List.of(new Section("s", List.of(new Charts(List.of(charts))))));
  }

  private static Lines chart(List<Tick> ticks, Series... series) {
    return new Lines("all of it", "aside", "items seen", "accuracy", ticks, List.of(series));
  }

  private static Document draw(Lines chart) throws Exception {
    String body = DrawnPage.body(page(chart).html());
    String svg = body.substring(body.indexOf("<svg"), body.indexOf("</svg>") + 6);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<String> texts(Document svg) {
    NodeList nodes = svg.getElementsByTagName("text");
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }

  private static Series series(String name, double... y) {
    List<Point> points = new ArrayList<>();
    for (int x = 0; x < y.length; x++) {
      points.add(Point.of(x, y[x]));
    }
    return new Series(name, false, points);
  }

  @Test
  void aChartNamesAxesTicksAndLines() throws Exception {
    Document svg =
        draw(
            chart(
                List.of(new Tick(0, "0"), new Tick(1, "1"), new Tick(2, "2-3")),
                series("a <b> & \"c\"", 0.1, 0.2, 0.3),
                series("rag", 0.2, 0.2)));

    assertThat(texts(svg))
        .contains("items seen", "accuracy", "0", "1", "2-3", "a <b> & \"c\"", "rag");
    assertThat(svg.getDocumentElement().getAttribute("aria-label"))
        .isEqualTo("all of it: a <b> & \"c\" from 0.1 to 0.3; rag from 0.2 to 0.2");
    assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
    assertThat(svg.getElementsByTagName("polygon").getLength()).isZero();
  }

  @Test
  void intervalsMakeABand() throws Exception {
    Series banded =
        new Series("hydra", true, List.of(new Point(0, 1, 0.5, 1.5), new Point(1, 2, 1.5, 2.5)));

    Document svg = draw(chart(List.of(new Tick(0, "0"), new Tick(1, "1")), banded));
    Element band = (Element) svg.getElementsByTagName("polygon").item(0);
    assertThat(band.getAttribute("points").split(" ")).hasSize(4);
  }

  @Test
  void oneFlatPointIsDrawnWithin() throws Exception {
    Document svg = draw(chart(List.of(new Tick(0, "0")), series("only", 0)));

    Element dot = (Element) svg.getElementsByTagName("circle").item(0);
    assertThat(Double.parseDouble(dot.getAttribute("cx"))).isBetween(0.0, 560.0);
    assertThat(Double.parseDouble(dot.getAttribute("cy"))).isBetween(0.0, 330.0);
  }

  @Test
  void noTextEndsTheScriptThatItStandsIn() {
    String hostile = "</script><script>alert(1)</script><!--";
    String html = new Page(hostile, hostile, List.of(), List.of()).html();

    assertThat(html.split("<script", -1)).hasSize(1 + 2);
    assertThat(html).doesNotContain("alert(1)<", "<!--");
    assertThat(DrawnPage.body(html)).contains("<h1>&lt;/script&gt;&lt;script&gt;alert(1)");
  }

  private static <T> T call(String function, Class<T> type) throws Exception {
    try (DrawnPage drawn = new DrawnPage(page().html())) {
      String json = (String) drawn.evaluate("JSON.stringify(" + function + ")");
      return new ObjectMapper().readValue(json, type);
    }
  }

  private static double[] spread(double[] wanted, double gap) throws Exception {
    return call("spread(%s, %s, 0, 100)".formatted(Arrays.toString(wanted), gap), double[].class);
  }

  @Test
  void labelsWithRoomStayWhereTheyBelong() throws Exception {
    assertThat(spread(new double[] {80, 10, 40}, 15)).containsExactly(80, 10, 40);
  }

  @Test
  void crowdedLabelsMoveAsLittleAsItTakes() throws Exception {
    assertThat(spread(new double[] {50, 50}, 10)).containsExactly(45, 55);
    assertThat(spread(new double[] {0, 1}, 10)).containsExactly(0, 10);
    assertThat(spread(new double[] {100, 99}, 10)).containsExactly(100, 90);
  }

  @Test
  void noTwoOverlapAndAllStayWithin() throws Exception {
    Random random = new Random(5);
    double[][] rounds = new double[500][];
    for (int round = 0; round < rounds.length; round++) {
      rounds[round] = random.doubles(2 + random.nextInt(6), 0, 100).toArray();
    }
    String all = Arrays.deepToString(rounds) + ".map(wanted => spread(wanted, 14, 0, 100))";
    double[][] allPlaced = call(all, double[][].class);
    for (int round = 0; round < rounds.length; round++) {
      double[] wanted = rounds[round];
      double[] placed = allPlaced[round];
      double[] sorted = placed.clone();
      Arrays.sort(sorted);
      for (int i = 1; i < sorted.length; i++) {
        assertThat(sorted[i] - sorted[i - 1]).isGreaterThan(14 - 1e-9);
      }
      assertThat(sorted[0]).isGreaterThanOrEqualTo(0);
      assertThat(sorted[sorted.length - 1]).isLessThanOrEqualTo(100 + 1e-9);
      for (int i = 0; i < wanted.length; i++) {
        for (int j = 0; j < wanted.length; j++) {
          assertThat(wanted[i] < wanted[j] && placed[i] > placed[j]).isFalse();
        }
      }
    }
  }

  @Test
  void ticksAreRound() throws Exception {
    assertThat(call("ticks(0.43, 0.78, 5)", JsonNode.class))
        .extracting(t -> t.get("label").asText())
        .containsExactly("0.45", "0.50", "0.55", "0.60", "0.65", "0.70", "0.75");
    assertThat(call("ticks(0, 42, 4)", JsonNode.class))
        .extracting(t -> t.get("label").asText())
        .containsExactly("0", "10", "20", "30", "40");
    assertThat(call("scale(-1, 1, 0, 10).at(0)", Double.class)).isCloseTo(5, within(1e-12));
  }
}
