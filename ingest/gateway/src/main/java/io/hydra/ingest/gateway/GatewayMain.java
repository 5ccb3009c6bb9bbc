package io.hydra.ingest.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hydra.ingest.HydraConnection;
import io.hydra.ingest.gateway.auth.KeyFile;
import io.hydra.ingest.gateway.auth.RateLimits;
import io.hydra.ingest.gateway.events.Outcomes;
import io.hydra.ingest.gateway.http.HttpServer;
import io.hydra.ingest.gateway.http.Limits;
import io.hydra.ingest.gateway.openai.PassThrough;
import io.hydra.ingest.gateway.queries.Asked;
import io.hydra.ingest.gateway.queries.Queries;
import io.hydra.runtime.failure.Failures;
import io.hydra.runtime.option.OpsOptions;
import io.hydra.runtime.retry.Sleeper;
import io.hydra.runtime.service.Program;
import io.hydra.runtime.service.Service;
import io.hydra.runtime.service.Threads;
import io.hydra.runtime.trace.Tracing;
import io.hydra.schemas.redis.client.RedisTimeouts;
import io.hydra.schemas.store.UserExports;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
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
  private static final int READS_WAITING = 32;
  private static final long LOOK_SECONDS = 1;
  private static final long OUTCOMES_SECONDS = 10;

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
    KeyFile keys = KeyFile.open(options.keys);
    Tracing tracing = service.own(Tracing.open("gateway", System.getenv()));
    HydraConnection connection = KafkaBackend.connection(options.connections.kafka());
    KafkaBackend kafka = service.own(KafkaBackend.connect(connection, tracing));
    Outcomes outcomes = new Outcomes(Ticker.systemTicker());
    OutcomeReader outcomeReader = service.own(new OutcomeReader(connection, outcomes));
    UserExports exports =
        service.own(UserExports.open(options.connections.redisUrl(), RedisTimeouts.DEFAULT));
    ThreadPoolExecutor readers =
        new ThreadPoolExecutor(
            READERS,
            READERS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(READS_WAITING),
            Threads.daemons("export"));
    service.onClose(readers::shutdownNow);
    GatewayMetrics metrics = new GatewayMetrics(service.metrics());
    Asked asked = new Asked(Ticker.systemTicker());
    Queries queries = new Queries(kafka, asked, options.maxPendingQueries, Clock.systemUTC());
    HttpServer server =
        service.own(
            HttpServer.start(
                options.address(System.getenv()),
                limits,
                Routes.of(
                    new Routes.Parts(
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
                        options.mcpWrite)),
                keys,
                new RateLimits(options.rateLimit, System::nanoTime),
                metrics));
    metrics.show(queries::pending, server::heldBytes, () -> keys.keys().size());
    service.health().require("responses are not read", kafka::isReading);
    look(service, keys, kafka);
    repeat(service, OUTCOMES_SECONDS, outcomeReader::look);
    if (canaryTask != null) {
      sing(
          service,
          canaryInterval,
          new Canary(
              kafka,
              canaryTask,
              canaryInterval,
              options.queryTimeout,
              Clock.systemUTC(),
              System::nanoTime,
              Sleeper.THREAD,
              service.metrics()));
    }
    log.info("ready: port {}, {} keys", server.port(), keys.keys().size());
    service.ready();
    service.awaitStop();
  }

  private static void repeat(Service service, long seconds, Runnable task) {
    ScheduledExecutorService repeating =
        Executors.newSingleThreadScheduledExecutor(Threads.daemon("gateway-outcomes"));
    service.onClose(repeating::shutdownNow);
    var unused = repeating.scheduleWithFixedDelay(task, 0, seconds, TimeUnit.SECONDS);
  }

  /** Sees to what changes from outside. */
  private static void look(Service service, KeyFile keys, KafkaBackend kafka) {
    ScheduledExecutorService looking =
        Executors.newSingleThreadScheduledExecutor(Threads.daemon("gateway-look"));
    service.onClose(looking::shutdownNow);
    var unused =
        looking.scheduleWithFixedDelay(
            () -> {
              attempt("the keys were not read again", keys::refresh);
              attempt(
                  "it is not known whether responses are read",
                  () -> {
                    if (!kafka.isReading()) {
                      // Whatever ended the reading, a fresh start may mend it: the client has
                      // logged it.
                      service.fail();
                    }
                  });
            },
            LOOK_SECONDS,
            LOOK_SECONDS,
            TimeUnit.SECONDS);
  }

  private static void sing(Service service, Duration interval, Canary canary) {
    ScheduledExecutorService singing =
        Executors.newSingleThreadScheduledExecutor(Threads.daemon("canary"));
    service.onClose(singing::shutdownNow);
    var unused =
        singing.scheduleWithFixedDelay(
            () ->
                attempt(
                    "the canary's round could not be ended",
                    () -> {
                      try {
                        canary.round();
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                    }),
            0,
            interval.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** An executor drops a task that has thrown once, without a word. */
  private static void attempt(String problem, Runnable look) {
    try {
      look.run();
    } catch (RuntimeException e) {
      log.error("{}: {}", problem, Failures.traceWithoutMessages(e));
    }
  }
}
