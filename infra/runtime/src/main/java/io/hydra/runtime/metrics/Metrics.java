package io.hydra.runtime.metrics;

import static java.util.stream.Collectors.joining;

import io.hydra.runtime.retry.Outages;
import io.hydra.runtime.service.Closer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The metrics of one process: its JVM's, its outages, those that its services define, and what is
 * bound. Recording into a meter that is at hand takes about a tenth of a microsecond and allocates
 * nothing.
 */
public final class Metrics implements AutoCloseable {
  /** The media type of {@link #scrape}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String OWN = "hydra_";

  /** Upper bounds of every histogram: a millisecond to a minute. */
  private static final Duration[] BUCKETS =
      Stream.of(
              1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000,
              60_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  /** Upper bounds of every histogram of amounts: powers of four. */
  private static final double[] AMOUNTS =
      IntStream.rangeClosed(0, 13).mapToDouble(power -> 1L << 2 * power).toArray();

  private final Set<String> shownOutages = ConcurrentHashMap.newKeySet();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** Apart, since to read them takes many times as long: Kafka Streams alone has thousands. */
  private final PrometheusMeterRegistry libraries =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private final Closer closer = new Closer();
  private final Outages outages = Outages.ofProcess();

  public Metrics() {
    closer.add(registry::close);
    closer.add(libraries::close);
    new UptimeMetrics().bindTo(registry);
    for (MeterBinder binder :
        List.of(
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ClassLoaderMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics())) {
      binder.bindTo(libraries);
    }
    bind(new JvmGcMetrics());
  }

  /** Binds a library's meters, which end with this. */
  public <B extends MeterBinder & AutoCloseable> void bind(B binder) {
    closer.add(binder);
    binder.bindTo(libraries);
  }

  public Counter counter(Definition counter, String... labelValues) {
    return Counter.builder(base(counter))
        .description(counter.help())
        .tags(tags(counter, labelValues))
        .register(registry);
  }

  /** Counters by the value of the one label. */
  public Family<Counter> counters(Definition counter) {
    return new Family<>(value -> counter(counter, value));
  }

  /** Shows a count that is kept elsewhere. */
  public void count(Definition counter, LongSupplier count, String... labelValues) {
    // Micrometer holds the state object weakly and the function strongly.
    FunctionCounter unused =
        FunctionCounter.builder(base(counter), this, me -> count.getAsLong())
            .description(counter.help())
            .tags(tags(counter, labelValues))
            .register(registry);
  }

  public Timer timer(Definition histogram, String... labelValues) {
    return Timer.builder(base(histogram))
        .description(histogram.help())
        .tags(tags(histogram, labelValues))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  /** A histogram of amounts, such as tokens. */
  public DistributionSummary summary(Definition histogram, String... labelValues) {
    return DistributionSummary.builder(base(histogram))
        .description(histogram.help())
        .tags(tags(histogram, labelValues))
        .serviceLevelObjectives(AMOUNTS)
        .register(registry);
  }

  /** Timers by the value of the one label. */
  public Family<Timer> timers(Definition histogram) {
    return new Family<>(value -> timer(histogram, value));
  }

  /**
   * @param value asked for by other threads
   */
  public void gauge(Definition gauge, DoubleSupplier value, String... labelValues) {
    Gauge unused =
        Gauge.builder(base(gauge), value::getAsDouble)
            .description(gauge.help())
            .tags(tags(gauge, labelValues))
            .strongReference(true)
            .register(registry);
  }

  /** All of them in Prometheus' text format 0.0.4. */
  public String scrape() {
    return scrapeOwn() + libraries.scrape(CONTENT_TYPE);
  }

  /** Those of definitions, and the start of the process, in the same format. */
  public String scrapeOwn() {
    showOutages();
    return registry.scrape(CONTENT_TYPE);
  }

  /** The present values of the project's own metrics by series, without the buckets. */
  public Map<String, Double> own() {
    showOutages();
    Map<String, Double> values = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      Meter.Id id = meter.getId();
      if (id.getName().startsWith(OWN)) {
        String labels =
            id.getTags().stream()
                .map(tag -> tag.getKey() + "=" + tag.getValue())
                .collect(joining(",", "{", "}"))
                .replace("{}", "");
        meter
            .measure()
            .forEach(
                m ->
                    values.put(
                        id.getName() + labels + "." + m.getStatistic().getTagValueRepresentation(),
                        m.getValue()));
      }
    }
    return values;
  }

  /** A dependency is known once something has begun to use it; from then on its meters stay. */
  private void showOutages() {
    for (String name : outages.failures().keySet()) {
      if (shownOutages.add(name)) {
        gauge(RuntimeMetric.OUTAGE, () -> outages.isOpen(name) ? 1 : 0, name);
        count(RuntimeMetric.FAILED_ATTEMPTS, () -> outages.failures().getOrDefault(name, 0L), name);
      }
    }
  }

  private static Tags tags(Definition definition, String... values) {
    if (values.length != definition.labels().size()) {
      throw new IllegalArgumentException(definition.name() + " has other labels");
    }
    Tags tags = Tags.empty();
    for (int i = 0; i < values.length; i++) {
      tags = tags.and(definition.labels().get(i), values[i]);
    }
    return tags;
  }

  /** The name without what Micrometer adds to it. */
  private static String base(Definition definition) {
    return switch (definition.kind()) {
      case COUNTER -> without(definition.name(), "_total");
      case HISTOGRAM ->
          definition.unit().equals(Definition.SECONDS)
              ? without(definition.name(), "_seconds")
              : definition.name();
      case GAUGE -> definition.name();
    };
  }

  private static String without(String name, String suffix) {
    if (!name.endsWith(suffix)) {
      throw new IllegalArgumentException(name + " must end with " + suffix);
    }
    return name.substring(0, name.length() - suffix.length());
  }

  @Override
  public void close() {
    closer.close();
  }
}
