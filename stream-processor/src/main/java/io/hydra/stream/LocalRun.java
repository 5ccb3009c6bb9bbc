package io.hydra.stream;

import io.hydra.runtime.option.OpsOptions;
import io.hydra.runtime.service.Program;
import io.hydra.runtime.service.Service;
import io.hydra.stream.metrics.LocalReporter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The job as a service, on a cluster within this process, until it is told to stop. */
final class LocalRun {
  private static final Logger LOG = LoggerFactory.getLogger(LocalRun.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration STATUS_TIMEOUT = Duration.ofMillis(500);

  private LocalRun() {}

  /**
   * @param start of the job
   * @return the process's exit code
   */
  static int run(OpsOptions ops, Callable<JobClient> start) throws Exception {
    return Service.run("stream-processor", ops, service -> serve(service, start));
  }

  private static void serve(Service service, Callable<JobClient> start) throws Exception {
    service.health().expose(out -> out.write(LocalReporter.scrape()));
    JobClient client = start.call();
    service.onClose(() -> cancel(client));
    service.health().require("the job does not run", () -> isRunning(client));
    var unused =
        client.getJobExecutionResult().whenComplete((result, failure) -> end(service, failure));
    service.ready();
    service.awaitStop();
  }

  private static void end(Service service, Throwable failure) {
    if (failure == null) {
      service.end();
    } else if (service.state() != Service.State.STOPPING) {
      LOG.error("the job failed: {}", Program.rootMessage(failure));
      service.fail();
    }
  }

  /** Called on a health request, which may wait a little. */
  private static boolean isRunning(JobClient client) {
    try {
      return client.getJobStatus().get(STATUS_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
          == JobStatus.RUNNING;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Checkpoints outlive a cancellation, so nothing is lost by it. */
  private static void cancel(JobClient client) throws InterruptedException {
    try {
      client.cancel().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("did not stop in time; the next run resumes from the last checkpoint");
    }
  }
}
