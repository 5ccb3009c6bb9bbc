package io.hydra.ingest.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hydra.ingest.Announcements;
import io.hydra.ingest.HydraConnection;
import io.hydra.ingest.gateway.auth.ApiKeys;
import io.hydra.ingest.gateway.auth.RateLimits;
import io.hydra.ingest.gateway.events.EventTimes;
import io.hydra.ingest.gateway.events.Outcomes;
import io.hydra.ingest.gateway.http.HttpServer;
import io.hydra.ingest.gateway.http.Limits;
import io.hydra.ingest.gateway.openai.PassThrough;
import io.hydra.ingest.gateway.queries.Asked;
import io.hydra.ingest.gateway.queries.Queries;
import io.hydra.runtime.file.WatchedFile;
import io.hydra.runtime.option.OpsOptions;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.runtime.service.Program;
import io.hydra.runtime.service.Service;
import io.hydra.runtime.service.Threads;
import io.hydra.runtime.text.Counts;
import io.hydra.runtime.trace.Tracing;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.avro.VerdictOutcome;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.store.UserExports;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lets apps in by HTTP until it is told to stop. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    description = "Takes events, verdicts and queries by HTTP, and chat completions as OpenAI's.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:stopped as asked (143 or 130 if by a signal)",
      "1:could not start, or could not go on",
      "2:usage"
    })
public final class GatewayMain implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(GatewayMain.class);
  private static final int READERS = 2;
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
  private static final Duration ANNOUNCEMENTS_INTERVAL = Duration.ofSeconds(10);

  @Mixin private GatewayOptions options;

  @Mixin private OpsOptions ops;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return Program.commandLine(new GatewayMain());
  }

  @Override
  public Integer call() throws Exception {
    return Service.run("gateway", ops, this::serve);
  }

  private void serve(Service service) throws InterruptedException {
    Limits limits = options.limits();
    PassThrough passThrough = options.passThrough(System.getenv());
    Duration canaryInterval = options.canaryInterval();
    String canaryTask = canaryInterval.isZero() ? null : options.canaryTask();
    WatchedFile<ApiKeys> keys = ApiKeys.open(options.keys);
    Tracing tracing = service.own(Tracing.open("gateway", System.getenv()));
    HydraConnection connection = KafkaBackend.connection(options.connections.kafka());
    KafkaBackend kafka = service.own(KafkaBackend.connect(connection, tracing));
    Outcomes outcomes = new Outcomes(Ticker.systemTicker());
    Asked asked = new Asked(Ticker.systemTicker());
    EventTimes times = new EventTimes(Clock.systemUTC(), Ticker.systemTicker());
    AnnouncementReader<VerdictOutcome> verdicts =
        service.own(
            AnnouncementReader.ofVerdicts(
                (told, stopped) -> Announcements.ofVerdicts(connection, told, stopped)::close,
                outcomes));
    AnnouncementReader<UserErased> erasures =
        service.own(
            AnnouncementReader.ofErasures(
                (told, stopped) -> Announcements.ofErasures(connection, told, stopped)::close,
                asked,
                outcomes,
                times));
    // Before anything is asked: whatever is held when reading begins is dropped.
    erasures.look();
    UserExports exports =
        service.own(UserExports.open(options.connections.redisUrl(), RedisTimeouts.DEFAULT));
    ThreadPoolExecutor readers =
        new ThreadPoolExecutor(
            READERS,
            READERS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(Routes.EXPORTS - READERS),
            Threads.daemons("export"));
    service.onClose(readers::shutdownNow);
    GatewayMetrics metrics = new GatewayMetrics(service.metrics());
    Queries queries = new Queries(kafka, asked, options.maxPendingQueries, Clock.systemUTC());
    HttpServer server =
        service.own(
            HttpServer.start(
                options.address(System.getenv()),
                limits,
                new Routes(
                        kafka,
                        exports::read,
                        readers,
                        asked,
                        queries,
                        metrics,
                        Clock.systemUTC(),
                        options.queryTimeout,
                        options.tasks(),
                        passThrough,
                        outcomes,
                        times,
                        options.mcpWrite)
                    .all(),
                keys,
                new RateLimits(options.rateLimit, System::nanoTime),
                metrics));
    metrics.show(queries::pending, server::heldBytes, () -> keys.content().size());
    service.health().require("responses are not read", kafka::isReading);
    service.repeat("gateway-keys", WatchedFile.INTERVAL, keys::refresh);
    service.repeat("gateway-responses", CHECK_INTERVAL, () -> requireReading(service, kafka));
    service.repeat("gateway-outcomes", ANNOUNCEMENTS_INTERVAL, verdicts::look);
    service.repeat("gateway-erasures", ANNOUNCEMENTS_INTERVAL, erasures::look);
    if (canaryTask != null) {
      Canary canary =
          new Canary(
              kafka,
              canaryTask,
              canaryInterval,
              options.queryTimeout,
              Clock.systemUTC(),
              System::nanoTime,
              Sleeper.THREAD,
              service.metrics());
      service.onClose(canary::forget);
      service.repeat("canary", canaryInterval, () -> runCanary(canary));
    }
    log.info("ready: port {}, {}", server.port(), Counts.of(keys.content().size(), "key"));
    service.ready();
    service.awaitStop();
  }

  /** A fresh start may mend what has ended the reading; the client has logged it. */
  private static void requireReading(Service service, KafkaBackend kafka) {
    if (!kafka.isReading()) {
      service.fail();
    }
  }

  private static void runCanary(Canary canary) {
    try {
      canary.round();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
