package io.hydra.infra.bench.history;

import io.hydra.infra.bench.figure.CpuTimes;
import io.hydra.infra.bench.figure.Figures;
import io.hydra.infra.bench.figure.Figures.Quantiles;
import io.hydra.infra.bench.figure.ProbePoller;
import io.hydra.infra.bench.history.FixedRate.Window;
import io.hydra.infra.bench.history.Generator.EventSource;
import io.hydra.infra.bench.history.Generator.Probe;
import io.hydra.infra.bench.history.HistoryReport.Figure;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.registry.RegistryClients;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;

/**
 * The measurements, one after the other, on a stack whose broker, registry and Redis run: the
 * generator fills the topic, the ceilings are measured on it, the job drains it, runs for a while,
 * drains it again, keeps up with a fixed rate, and shows how fresh it is at half of that.
 */
final class HistoryBench implements AutoCloseable {
  private static final int PROBE_USERS = 64;
  private static final int PROBES_PER_SECOND = 100;
  private static final Duration REWRITE = Duration.ofSeconds(5);
  private static final int TRIALS = 5;
  private static final Duration TRIAL = Duration.ofSeconds(8);
  private static final Duration STALL = Duration.ofSeconds(60);
  private static final double STEADY_FROM = 0.2;
  private static final double STEADY_TO = 0.9;

  /** The factor that lowers a rate which held in a trial but not in the longer window. */
  private static final double STEP_BACK = 0.93;

  private static final int STEPS_BACK = 4;
  private static final double MEBI = 1024 * 1024;

  /** Events lie an hour in the past: none is from the future, however far they run. */
  private static final Duration BEFORE = Duration.ofHours(1);

  private final BenchSettings settings;
  private final EmbeddedStack stack;
  private final Ceilings ceilings;
  private final Consumer<String> progress;
  private final RedisClient redis;
  private final EventTemplates templates;
  private final Generator generator;
  private final Written written;
  private final FixedRate fixed;
  private final List<Figure> figures = new ArrayList<>();
  private final List<CpuTimes.Use> cpu = new ArrayList<>();

  /**
   * @param folder for the ceilings' logs and jars
   * @param progress told of each step, one line
   */
  HistoryBench(
      BenchSettings settings,
      EmbeddedStack stack,
      Path home,
      Path folder,
      Clock clock,
      Consumer<String> progress) {
    this.settings = settings;
    this.stack = stack;
    this.progress = progress;
    this.ceilings = new Ceilings(settings, stack.endpoints(), home, folder);
    this.redis = RedisClient.create(URI.create(stack.endpoints().redisUrl()));
    String[] names =
        Stream.concat(
                IntStream.range(0, settings.users).mapToObj(i -> "user-" + i),
                IntStream.range(0, PROBE_USERS).mapToObj(i -> "probe-" + i))
            .toArray(String[]::new);
    this.templates =
        new EventTemplates(
            RegistryClients.open(stack.endpoints().schemaRegistryUrl()),
            names,
            settings.textBytes,
            settings.seed);
    EventSource source =
        new EventSource(
            settings.users, settings.capacity, clock.millis() - BEFORE.toMillis(), settings.seed);
    this.generator =
        new Generator(
            stack.endpoints().bootstrapServers(), settings.compression, templates, source);
    this.written = new Written(redis, templates);
    this.fixed = new FixedRate(generator, written);
  }

  private interface Part<T> {
    T run() throws InterruptedException;
  }

  HistoryReport run(double loadBefore) throws InterruptedException {
    double produced =
        watched("generator alone", settings.events, () -> generator.flatOut(settings.events));
    add(Figure.of("generator alone", produced, "events/s", "acknowledged by the broker"));
    double one = ceiling("Redis alone, 1 writer", () -> ceilings.redisAlone(1));
    double two = ceiling("Redis alone, 2 writers", () -> ceilings.redisAlone(2));
    double old = ceiling("Redis alone, the old way", ceilings::oldWay);
    double bare = ceiling("bare consumer", () -> ceilings.topic("consumer"));
    rebuild();
    double drained = drain(bare, Math.max(one, two));
    double sustained = sustain(drained, bare, Math.max(one, two), old);
    freshness(settings.latencyRate > 0 ? settings.latencyRate : sustained / 2);
    return new HistoryReport(
        Runtime.getRuntime().availableProcessors(), loadBefore, settings.words(), figures, cpu);
  }

  private double ceiling(String name, Part<Ceilings.Measured> part) throws InterruptedException {
    String unused = redis.flushAll();
    Ceilings.Measured measured = watched(name, settings.events, part);
    add(
        Figure.of(
            name,
            measured.perSecond(),
            "events/s",
            "ceiling; its own process takes %.1f µs of CPU an event"
                .formatted(measured.cpuMicros())));
    return measured.perSecond();
  }

  /** The topic into a view; comparing, switching and removing come on top. */
  private void rebuild() throws InterruptedException {
    String unused = redis.flushAll();
    Ceilings.Measured measured =
        watched("rebuild", settings.events, () -> ceilings.topic("rebuild"));
    add(
        Figure.atLeast(
            "rebuild",
            measured.perSecond(),
            "events/s",
            80_000,
            "read, decoded and written; its own process takes %.1f µs of CPU an event"
                .formatted(measured.cpuMicros())));
  }

  /** The job, from a full topic to its end: just started, and again once it has run for a while. */
  private double drain(double bare, double redisAlone) throws InterruptedException {
    String unused = redis.flushAll();
    long empty = written.usedBytes();
    stack.startStreamProcessor(
        Map.of(
            "HYDRA_HISTORY_CAPACITY",
            Integer.toString(settings.capacity),
            "HYDRA_HISTORY_MAX_AGE",
            "0ms",
            "HYDRA_HISTORY_TTL",
            "0ms",
            "HYDRA_PARALLELISM",
            Integer.toString(settings.parallelism),
            "HYDRA_CHECKPOINT_INTERVAL",
            settings.checkpointInterval));
    double cold = backlog("job just started, backlog", 0);
    memory(empty);
    tell(fixed.run(cold / 2, Duration.ofSeconds(settings.warmUp)));
    double unusedRate = generator.flatOut(settings.events);
    double perSecond = backlog("job, backlog", written.events());
    add(Figure.atLeast("  of the bare consumer", perSecond / bare, "×", 0.6, ""));
    add(Figure.of("  of Redis alone", perSecond / redisAlone, "×", ""));
    return perSecond;
  }

  /**
   * Waits until all that was sent is written.
   *
   * @param done events written before
   * @return events a second, of the greater part of the rest
   */
  private double backlog(String name, long done) throws InterruptedException {
    long rest = generator.acknowledged() - done;
    Track seen =
        watched(
            name,
            rest,
            () -> {
              Track events = new Track();
              written.await(generator.acknowledged(), STALL, events);
              return events;
            });
    double perSecond = seen.perSecond(done + STEADY_FROM * rest, done + STEADY_TO * rest);
    add(
        Figure.of(
            name,
            perSecond,
            "events/s",
            "from 20 to 90 of 100 of %,d events, by the histories' versions".formatted(rest)));
    return perSecond;
  }

  private void memory(long empty) throws InterruptedException {
    int full = written.full(settings.users, settings.capacity);
    if (full < settings.users) {
      progress.accept("not all histories are full: more --events would tell the bytes per user");
      return;
    }
    double bytes = (written.usedBytes() - empty) / (double) settings.users;
    add(
        Figure.of(
            "Redis, bytes per user",
            bytes,
            "bytes",
            "%d items of %d bytes of text each".formatted(settings.capacity, settings.textBytes)));
    add(Figure.of("  of a million users", bytes * 1e6 / MEBI / 1024, "GiB", "extrapolated"));
  }

  /** The greatest rate at which the lag stays flat; half of {@code drained} if none was found. */
  private double sustain(double drained, double bare, double redisAlone, double oldWay)
      throws InterruptedException {
    double rate = RateSearch.greatest(drained, TRIALS, asked -> tell(atRate(asked, TRIAL)).flat());
    Window window = null;
    for (int i = 0; i < STEPS_BACK && rate > 0 && (window == null || !window.flat()); i++) {
      double asked = window == null ? rate : rate * Math.pow(STEP_BACK, i);
      window =
          tell(
              watched(
                  "job, sustained",
                  asked * settings.seconds,
                  () -> atRate(asked, Duration.ofSeconds(settings.seconds))));
    }
    double held = window != null && window.flat() ? window.produced() : Double.NaN;
    String lag =
        window == null
            ? "no rate held"
            : "lag %,.0f events (%.2f s) at the start, %,.0f (%.2f s) at the end of %d s"
                .formatted(
                    window.lagAtStart(),
                    window.lagAtStart() / window.asked(),
                    window.lagAtEnd(),
                    window.lagAtEnd() / window.asked(),
                    settings.seconds);
    add(Figure.atLeast("job, sustained, lag flat", held, "events/s", 50_000, lag));
    add(Figure.atLeast("  of the bare consumer", held / bare, "×", 0.6, "generator included"));
    add(Figure.of("  of Redis alone", held / redisAlone, "×", "generator included"));
    add(Figure.atLeast("  of the old way", held / oldWay, "×", 1.5, "generator included"));
    return Double.isNaN(held) ? drained / 2 : held;
  }

  /** Begins with a short log, so that Redis is not likely to rewrite it meanwhile. */
  private Window atRate(double perSecond, Duration window) throws InterruptedException {
    written.shortenLog();
    return fixed.run(perSecond, window);
  }

  private Window tell(Window window) {
    progress.accept(
        "at %,.0f events/s: %,.0f produced, lag %,.0f to %,.0f, at most %,.0f, growing by %,.0f a second, %d rewrites of Redis' log: %s"
            .formatted(
                window.asked(),
                window.produced(),
                window.lagAtStart(),
                window.lagAtEnd(),
                window.mostLag(),
                window.lagGrowth(),
                window.rewrites(),
                window.flat() ? "flat" : "NOT flat"));
    return window;
  }

  private List<Boolean> areWritten(List<Probe> probes) {
    List<Response<byte[]>> versions =
        RedisClients.ask(
            redis,
            probes,
            (pipeline, probe) ->
                pipeline.hget(Written.history(templates, probe.user()), Written.VERSION));
    return IntStream.range(0, probes.size())
        .mapToObj(i -> Written.version(versions.get(i)) >= probes.get(i).version())
        .toList();
  }

  /** Without a rewrite of Redis' log, and with one. */
  private void freshness(double perSecond) throws InterruptedException {
    written.shortenLog();
    Probed calm = probe("job, latency", perSecond, Duration.ofSeconds(settings.seconds));
    Quantiles latency = calm.latency();
    String note =
        "%,d probes at %,.0f events/s, seen within %.1f ms (p99 of a look), %d rewrites of Redis' log"
            .formatted(
                latency.count(),
                calm.window().produced(),
                calm.probes().rounds().p99(),
                calm.window().rewrites());
    add(Figure.of("event to history, p50", latency.p50(), "ms", note));
    add(Figure.atMost("event to history, p99", latency.p99(), "ms", 50, ""));
    add(Figure.of("event to history, p99.9", latency.p999(), "ms", ""));
    add(Figure.of("event to history, longest", latency.max(), "ms", ""));
    progress.accept("longest of each second, ms: " + longestBySecond(calm.probes().seen()));
    written.beginRewrite();
    Probed rewritten = probe("job, log rewritten", perSecond, REWRITE);
    add(
        Figure.of(
            "  while Redis rewrites its log",
            rewritten.latency().max(),
            "ms",
            "longest of %d s, with a rewrite that begins with them"
                .formatted(REWRITE.plus(FixedRate.SETTLE).toSeconds())));
    int unseen = calm.probes().unseen() + rewritten.probes().unseen();
    if (unseen > 0) {
      add(Figure.of("probes never seen", unseen, "", "LOST"));
    }
  }

  private record Probed(Window window, ProbePoller.Result<Probe> probes) {
    Quantiles latency() {
      return probes.latency(probe -> true);
    }
  }

  private Probed probe(String name, double perSecond, Duration time) throws InterruptedException {
    int every = Math.max(1, (int) (perSecond / PROBES_PER_SECOND));
    try (ProbePoller<Probe> poller = new ProbePoller<>(this::areWritten, Probe::sentNanos)) {
      poller.start();
      Window window =
          tell(
              watched(
                  name,
                  perSecond * time.toSeconds(),
                  () -> fixed.run(perSecond, time, every, PROBE_USERS, poller::add)));
      return new Probed(window, poller.finish(Duration.ofSeconds(2)));
    }
  }

  /** Tells a single stall from a job that is slow throughout. */
  private static String longestBySecond(List<ProbePoller.Seen<Probe>> seen) {
    long start = seen.stream().mapToLong(one -> one.probe().sentNanos()).min().orElse(0);
    Map<Long, Double> longest = new HashMap<>();
    for (ProbePoller.Seen<Probe> one : seen) {
      long second = TimeUnit.NANOSECONDS.toSeconds(one.probe().sentNanos() - start);
      longest.merge(second, one.millis(), Math::max);
    }
    long last = longest.isEmpty() ? -1 : Collections.max(longest.keySet());
    return LongStream.rangeClosed(0, last)
        .mapToObj(second -> Figures.number(longest.getOrDefault(second, Double.NaN)))
        .collect(Collectors.joining(" "));
  }

  /**
   * @param events that the part will bring from one end to the other
   */
  private <T> T watched(String name, double events, Part<T> part) throws InterruptedException {
    progress.accept(name + "…");
    CpuTimes before = CpuTimes.now(stack.processes(), "generator");
    T result = part.run();
    CpuTimes after = CpuTimes.now(stack.processes(), "generator");
    cpu.add(CpuTimes.Use.between(name, events, before, after));
    return result;
  }

  private void add(Figure figure) {
    figures.add(figure);
    progress.accept(
        "%s: %s %s"
            .formatted(figure.name().strip(), Figures.number(figure.value()), figure.unit()));
  }

  @Override
  public void close() {
    generator.close();
    redis.close();
  }
}
