package io.hydra.infra.lag;

import io.hydra.runtime.ops.OpsServer.Page;
import io.hydra.runtime.option.KafkaOptions;
import io.hydra.runtime.option.OpsOptions;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.service.Program;
import io.hydra.runtime.service.Service;
import java.io.IOException;
import java.io.Writer;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Watches a cluster's groups, and shows their lag at {@code /lag} and in {@code /metrics}. */
@Command(
    name = "lag-monitor",
    mixinStandardHelpOptions = true,
    description = {
      "Watches how far behind the groups of a Kafka cluster are, in records and seconds.",
      "It needs the rights Describe on groups, Describe and Read on the topics they read, and, to"
          + " tell what will expire, DescribeConfigs on these."
    })
public final class LagMonitorMain implements Callable<Integer> {
  /** An older report says nothing of now; nor does one that is three intervals old. */
  private static final Duration VALID = Duration.ofMinutes(1);

  private static final int VALID_INTERVALS = 3;

  @Mixin private KafkaOptions kafka;
  @Mixin private LagOptions options;
  @Mixin private OpsOptions ops;

  private final Clock clock = Clock.systemUTC();
  private volatile Report last;
  private volatile boolean up;

  public static void main(String[] args) {
    System.exit(Program.run(new LagMonitorMain(), args));
  }

  @Override
  public Integer call() throws Exception {
    return Service.run("lag-monitor", ops, this::serve);
  }

  private void serve(Service service) throws InterruptedException {
    LagMonitor monitor = service.own(LagMonitor.open(kafka.withoutRegistry(), options, clock));
    CountDownLatch stop = new CountDownLatch(1);
    service.onStop(stop::countDown);
    service.metrics().gauge(LagMetrics.UP, () -> up ? 1 : 0);
    service.health().expose(this::writeMetrics);
    service.health().page("/lag", this::page);
    service.health().require("the cluster cannot be read", () -> up);
    service.ready();
    Outage outage = new Outage("the Kafka cluster");
    do {
      try {
        last = monitor.cycle();
        up = true;
        outage.ended();
      } catch (ExecutionException | KafkaException e) {
        up = false;
        outage.began(Program.rootMessage(e));
      }
    } while (!stop.await(options.interval().toMillis(), TimeUnit.MILLISECONDS));
  }

  private boolean isValid(Report report) {
    if (report == null) {
      return false;
    }
    Duration age = Duration.between(report.at(), clock.instant());
    return age.compareTo(VALID) < 0
        || age.compareTo(options.interval().multipliedBy(VALID_INTERVALS)) < 0;
  }

  private void writeMetrics(Writer out) throws IOException {
    Report report = last;
    if (isValid(report)) {
      LagMetrics.write(report, out);
    }
  }

  private Page page() {
    Report report = last;
    return !isValid(report)
        ? Page.text(Page.UNAVAILABLE, "the cluster does not answer, or has not been read yet")
        : new Page(Page.OK, "application/json", report::writeJson);
  }
}
