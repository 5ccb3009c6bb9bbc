package io.hydra.serving.simulation;

import io.hydra.serving.consume.Job;
import java.util.concurrent.CompletableFuture;

/**
 * A job that tells when there is no room for it: it then overtakes others, or is overtaken where
 * nobody is told so since the process dies.
 */
record SimJob(Job job, Runnable noRoom) implements Job {
  @Override
  public String tenant() {
    return job.tenant();
  }

  @Override
  public long bytes() {
    return job.bytes();
  }

  @Override
  public CompletableFuture<Void> ready() {
    return job.ready();
  }

  @Override
  public long expiresAtNanos() {
    return job.expiresAtNanos();
  }

  @Override
  public CompletableFuture<Void> run(Runnable turnOver) {
    return job.run(turnOver);
  }

  @Override
  public CompletableFuture<Void> refuse(Refusal why) {
    if (why != Refusal.EXPIRED) {
      noRoom.run();
    }
    return job.refuse(why);
  }
}
