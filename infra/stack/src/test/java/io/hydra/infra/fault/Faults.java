package io.hydra.infra.fault;

import static io.hydra.infra.stack.Component.BROKER;
import static io.hydra.infra.stack.Component.REDIS;
import static io.hydra.infra.stack.Component.STREAM_PROCESSOR;

import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.schemas.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Faults injected into a working stack. Each returns when all is up again. */
final class Faults {
  /** Three checkpoint intervals, and some. */
  private static final Duration THREE_CHECKPOINTS = Duration.ofMillis(3_500);

  private static final Duration LOOK = Duration.ofMillis(1);

  /** A checkpoint may complete before the signal arrives: then the next one is tried. */
  private static final int ATTEMPTS = 5;

  private final EmbeddedStack stack;
  private final Checkpoints checkpoints;
  private final Consumer<String> log;

  /** Incomplete checkpoints that earlier kills left behind. */
  private final Set<Path> left = new HashSet<>();

  private int killedInCheckpoint;

  Faults(EmbeddedStack stack, Path checkpointFolder, Consumer<String> log) {
    this.stack = stack;
    this.checkpoints = new Checkpoints(checkpointFolder);
    this.log = log;
  }

  /** A way to fail. */
  enum Kind {
    PROCESSOR,
    PROCESSOR_IN_CHECKPOINT,
    REDIS,
    PROCESSOR_WHILE_REDIS_IS_AWAY,
    BROKER
  }

  /** The load, as far as faults touch it. */
  interface Flow {
    /** Stops it, and returns when all of it is processed. */
    void hold();

    /** Sends a few more: less than the stream processor takes in before it must have written. */
    void someMore();

    /** The stream processor was killed and is not yet started again. */
    void processorIsDead();
  }

  /** Kills of the stream processor that left an incomplete checkpoint behind. */
  int killedInCheckpoint() {
    return killedInCheckpoint;
  }

  void strike(Kind kind, Flow flow) throws InterruptedException {
    switch (kind) {
      case PROCESSOR -> {
        killProcessor();
        flow.processorIsDead();
        stack.restart(STREAM_PROCESSOR);
      }
      case PROCESSOR_IN_CHECKPOINT -> {
        int before = killedInCheckpoint;
        for (int attempt = 0; attempt < ATTEMPTS && killedInCheckpoint == before; attempt++) {
          Await.until("checkpoint under way", LOOK, () -> !newUnderWay(left).isEmpty());
          killProcessor();
          stack.restart(STREAM_PROCESSOR);
        }
      }
      case REDIS -> stack.restart(REDIS);
      case PROCESSOR_WHILE_REDIS_IS_AWAY -> {
        flow.hold();
        stack.kill(REDIS);
        flow.someMore();
        long latest = checkpoints.latest();
        // The next waits for what cannot be written. Others can only follow if it did not.
        long deadline = System.nanoTime() + THREE_CHECKPOINTS.toNanos();
        while (checkpoints.latest() < latest + 3 && System.nanoTime() < deadline) {
          LockSupport.parkNanos(LOOK.toNanos());
        }
        Await.until("checkpoint that waits", LOOK, () -> !newUnderWay(left).isEmpty());
        killProcessor();
        stack.restart(REDIS);
        stack.restart(STREAM_PROCESSOR);
      }
      case BROKER -> stack.restart(BROKER);
    }
  }

  private void killProcessor() throws InterruptedException {
    stack.kill(STREAM_PROCESSOR);
    Set<Path> hit = newUnderWay(left);
    left.addAll(hit);
    if (!hit.isEmpty()) {
      killedInCheckpoint++;
      log.accept("the kill left " + hit + " incomplete");
    }
  }

  private Set<Path> newUnderWay(Set<Path> old) {
    Set<Path> found = checkpoints.underWay();
    found.removeAll(old);
    return found;
  }
}
