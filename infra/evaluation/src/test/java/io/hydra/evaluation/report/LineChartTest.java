package io.hydra.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.evaluation.report.LineChart.Point;
import io.hydra.evaluation.report.LineChart.Series;
import io.hydra.evaluation.report.LineChart.Tick;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class LineChartTest {
  private static Document parse(LineChart chart) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(chart.svg())));
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
    return new Series(name, points, false);
  }

  @Test
  void itNamesAxesTicksMarkersAndLines() throws Exception {
    Document svg =
        parse(
            new LineChart("items seen", "accuracy")
                .ticks(List.of(new Tick(0, "0"), new Tick(1, "1"), new Tick(2, "2-3")))
                .marker(1, "shift")
                .add(series("a <b> & \"c\"", 0.1, 0.2, 0.3))
                .add(series("rag", 0.2, 0.2)));

    assertThat(texts(svg))
        .contains("items seen", "accuracy", "0", "1", "2-3", "shift", "a <b> & \"c\"", "rag");
    assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(2);
    assertThat(svg.getElementsByTagName("polygon").getLength()).isZero();
  }

  @Test
  void intervalsMakeABand() throws Exception {
    Series banded =
        new Series("hydra", List.of(new Point(0, 1, 0.5, 1.5), new Point(1, 2, 1.5, 2.5)), true);

    Element band =
        (Element)
            parse(new LineChart("x", "y").add(banded)).getElementsByTagName("polygon").item(0);
    assertThat(band.getAttribute("points").split(" ")).hasSize(4);
  }

  @Test
  void oneFlatPointIsDrawnWithin() throws Exception {
    Document svg = parse(new LineChart("x", "y").add(series("only", 0)));

    Element dot = (Element) svg.getElementsByTagName("circle").item(0);
    assertThat(Double.parseDouble(dot.getAttribute("cx"))).isBetween(0.0, 560.0);
    assertThat(Double.parseDouble(dot.getAttribute("cy"))).isBetween(0.0, 330.0);
  }

  @Test
  void nothingToDrawIsRefused() {
    assertThatThrownBy(() -> new LineChart("x", "y").svg())
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> series("empty"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
  }
}
