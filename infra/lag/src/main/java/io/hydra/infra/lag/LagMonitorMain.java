package io.hydra.infra.lag;

import io.hydra.infra.lag.services.Services;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.ops.OpsServer.Page;
import io.hydra.runtime.option.KafkaOptions;
import io.hydra.runtime.option.OpsOptions;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.retry.Retry;
import io.hydra.runtime.service.Program;
import io.hydra.runtime.service.Service;
import io.hydra.runtime.service.Threads;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Watches a cluster's groups, and shows their lag at {@code /lag}, in {@code /metrics} and, with
 * the services that are named, on a page for people at {@code /}.
 */
@Command(
    name = "lag-monitor",
    mixinStandardHelpOptions = true,
    description = {
      "Watches how far behind the groups of a Kafka cluster are, in records and seconds.",
      "It needs the rights Describe on groups, Describe and Read on the topics they read, and, to"
          + " tell what will expire, DescribeConfigs on these."
    })
public final class LagMonitorMain implements Callable<Integer> {
  private static final String LOGBACK = "logback.configurationFile";

  static {
    // Under a name of its own: this module is on the launcher's class path, which has its own file.
    if (System.getProperty(LOGBACK) == null) {
      System.setProperty(LOGBACK, "lag-logback.xml");
    }
  }

  private static final Logger log = LoggerFactory.getLogger(LagMonitorMain.class);

  /** An older report says nothing of now; nor does one that is three intervals old. */
  private static final Duration VALID = Duration.ofMinutes(1);

  private static final int VALID_INTERVALS = 3;

  private static final Duration SERVICES_INTERVAL = Duration.ofSeconds(5);

  @Mixin private KafkaOptions kafka;
  @Mixin private LagOptions options;
  @Mixin private ServiceOptions services;
  @Mixin private OpsOptions ops;

  private final Clock clock = Clock.systemUTC();
  private volatile Report last;

  /** The reason why the cluster cannot be read; null while it can. */
  private volatile String trouble = "has not been read yet";

  public static void main(String[] args) {
    System.exit(Program.run(new LagMonitorMain(), args));
  }

  @Override
  public Integer call() throws Exception {
    return Service.run("lag-monitor", ops, this::serve);
  }

  private void serve(Service service) throws InterruptedException {
    Services watched = new Services(services.services(), System::nanoTime);
    LagMonitor monitor =
        service.own(
            Retry.endless("the Kafka cluster", LagMonitorMain::isOutage)
                .call(
                    () ->
                        LagMonitor.open(
                            kafka.withoutRegistry(),
                            options,
                            clock,
                            new FlinkPositions(watched::view))));
    CountDownLatch stop = new CountDownLatch(1);
    service.onStop(stop::countDown);
    service.metrics().gauge(LagMetrics.UP, () -> trouble == null ? 1 : 0);
    service.health().expose(this::writeMetrics);
    service.health().page("/lag", this::page);
    service.health().require("the cluster cannot be read", () -> trouble == null);
    StatusPage page = new StatusPage(options, watched, clock, System::nanoTime);
    page.addTo(service.health(), () -> new StatusPage.Reading(valid(), trouble));
    if (!watched.isEmpty()) {
      Threads.daemon("services", () -> read(watched, service, stop)).start();
    }
    service.ready();
    Outage outage = new Outage("the Kafka cluster");
    do {
      try {
        Report report = monitor.cycle();
        page.add(report);
        last = report;
        trouble = null;
        outage.ended();
      } catch (ExecutionException | KafkaException e) {
        trouble = KafkaConnection.reason(e);
        outage.began(trouble);
      }
    } while (!stop.await(options.interval().toMillis(), TimeUnit.MILLISECONDS));
  }

  /** No broker's name may be known yet. */
  static boolean isOutage(Exception e) {
    return KafkaConnection.isOutage(e)
        || (e.getCause() instanceof Exception cause && KafkaConnection.isOutage(cause));
  }

  private static void read(Services watched, Service service, CountDownLatch stop) {
    try {
      do {
        watched.read();
      } while (!stop.await(SERVICES_INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("unexpected failure", e);
      service.fail();
    }
  }

  /** The last report, as long as it says anything of now; else null. */
  private Report valid() {
    Report report = last;
    if (report == null) {
      return null;
    }
    Duration age = Duration.between(report.at(), clock.instant());
    boolean valid =
        age.compareTo(VALID) < 0
            || age.compareTo(options.interval().multipliedBy(VALID_INTERVALS)) < 0;
    return valid ? report : null;
  }

  private void writeMetrics(Writer out) throws IOException {
    Report report = valid();
    if (report != null) {
      LagMetrics.write(report, out);
    }
  }

  private Page page() {
    Report report = valid();
    return report == null
        ? Page.text(Page.UNAVAILABLE, "the cluster does not answer, or has not been read yet")
        : new Page(Page.OK, "application/json", report::writeJson);
  }

  /** The options that name the services of the status page; a picocli mixin. */
  public static final class ServiceOptions {
    private static final Set<String> SCHEMES = Set.of("http", "https", "redis");

    @Option(
        names = "--service",
        paramLabel = "NAME=URL",
        split = ",",
        defaultValue = "${env:HYDRA_LAG_SERVICES}",
        description =
            "A service that the status page shows, and the address of its metrics, such as"
                + " serving=http://serving:9100/metrics; repeated, or comma-separated. Call"
                + " replicas serving-1, serving-2 and so on. Also shown are what has no metrics of"
                + " hydra, by an address that ends with /health/ready, and a Redis server, by"
                + " redis://host:port without a password (default: none).")
    private Map<String, URI> services = new LinkedHashMap<>();

    /**
     * @throws UserException if an address is none
     */
    Map<String, URI> services() {
      services.forEach(
          (name, url) -> {
            if (url.getScheme() == null
                || !SCHEMES.contains(url.getScheme())
                || url.getHost() == null) {
              throw new UserException(
                  "--service %s is no address: give one like http://host:9100/metrics"
                      .formatted(name));
            }
            if (url.getUserInfo() != null) {
              throw new UserException(
                  "--service %s must have no password: the command line shows it, and none is needed"
                      .formatted(name));
            }
          });
      return services;
    }
  }
}
