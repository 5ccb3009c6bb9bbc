package io.hydra.stream.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.stream.metrics.BucketHistogram.Buckets;
import org.junit.jupiter.api.Test;

class BucketHistogramTest {
  private final RecordedMetrics metrics = new RecordedMetrics();
  private final BucketHistogram histogram =
      new BucketHistogram(new Buckets(3, 1, 10, 2_500), metrics.task().addGroup("hydra"));

  private double upTo(String bound) {
    return metrics.scrape().sum("le_bucket", "le=\"" + bound + "\"");
  }

  @Test
  void bucketsCountWhatIsAtOrBelowTheirBound() {
    for (long millis : new long[] {0, 1, 2, 10, 11, 2_500, 2_501, 100_000}) {
      histogram.record(millis);
    }
    assertThat(upTo("0.001")).isEqualTo(2);
    assertThat(upTo("0.01")).isEqualTo(4);
    assertThat(upTo("2.5")).isEqualTo(6);
    assertThat(upTo("+Inf")).isEqualTo(8);
    assertThat(metrics.scrape().sum("count")).isEqualTo(8);
    assertThat(metrics.scrape().sum("sum")).isEqualTo(105.025);
  }

  @Test
  void clocksThatDisagreeCountAsNoTimeAtAll() {
    histogram.record(-5);
    assertThat(upTo("0.001")).isEqualTo(1);
    assertThat(metrics.scrape().sum("sum")).isZero();
  }

  @Test
  void boundsAscend() {
    assertThatThrownBy(() -> new Buckets(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void wholeNumbersHaveWholeBounds() {
    assertThat(Buckets.BATCH.label(4)).isEqualTo("16");
    assertThat(Buckets.LATENCY.label(Buckets.LATENCY.bounds().length - 1)).isEqualTo("60");
    assertThat(Buckets.ROUND_TRIP.label(0)).isEqualTo("0.0001");
  }
}
