package io.hydra.infra.bench.history;

import io.hydra.infra.bench.history.Generator.Probe;
import io.hydra.schemas.config.UserException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Events at a fixed rate while the job runs, and how far it falls behind. */
record FixedRate(Generator generator, Written written) {
  /** Left out at the beginning: the job and the producer find their pace. */
  static final Duration SETTLE = Duration.ofSeconds(2);

  private static final Duration STALL = Duration.ofSeconds(30);

  /**
   * The observations at one rate.
   *
   * @param asked events per second
   * @param produced events per second
   * @param lagAtStart events acknowledged and not yet written, when the window begins
   * @param lagGrowth events per second, by least squares
   * @param rewrites of Redis' log that began while events came, the time left out included
   * @param flat the generator kept its rate, and the lag neither grew by more than 1 % of it nor
   *     was ever above a second of it
   */
  record Window(
      double asked,
      double produced,
      double lagAtStart,
      double lagAtEnd,
      double mostLag,
      double lagGrowth,
      long rewrites,
      boolean flat) {
    private static final double RATE_KEPT = 0.98;
    private static final double GROWTH = 0.01;
    private static final double MOST_SECONDS = 1;

    static Window of(double asked, double produced, Track lag, long rewrites) {
      double growth = lag.slope();
      return new Window(
          asked,
          produced,
          lag.first(),
          lag.last(),
          lag.greatest(),
          growth,
          rewrites,
          produced >= RATE_KEPT * asked
              && growth <= GROWTH * asked
              && lag.greatest() <= MOST_SECONDS * asked);
    }
  }

  /** Without probes. */
  Window run(double perSecond, Duration window) throws InterruptedException {
    return run(perSecond, window, 0, 0, probe -> {});
  }

  /**
   * Returns when all is written.
   *
   * @throws UserException if the generator or the job fails
   */
  Window run(
      double perSecond, Duration window, int probeEvery, int probeUsers, Consumer<Probe> probes)
      throws InterruptedException {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Double> produced =
          thread.submit(
              () ->
                  generator.atRate(perSecond, window.plus(SETTLE), probeEvery, probeUsers, probes));
      Track lag = new Track();
      long rewritten = written.rewrites();
      long start = System.nanoTime();
      while (!ended(produced)) {
        // Written first: what comes between shows as lag, never as less than none.
        long done = written.events();
        long now = System.nanoTime();
        if (now - start >= SETTLE.toNanos()) {
          lag.add(now, generator.acknowledged() - done);
        }
      }
      Window seen = Window.of(perSecond, produced.get(), lag, written.rewrites() - rewritten);
      written.await(generator.acknowledged(), STALL, new Track());
      return seen;
    } catch (ExecutionException e) {
      throw new UserException("the generator failed: " + e.getCause().getMessage(), e.getCause());
    } finally {
      thread.shutdownNow();
    }
  }

  private boolean ended(Future<Double> produced) throws InterruptedException, ExecutionException {
    try {
      double unused = produced.get(written.pauseMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException goesOn) {
      return false;
    }
  }
}
