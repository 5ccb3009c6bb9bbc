package io.hydra.infra.cli;

import io.hydra.infra.StackException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Undoes what a command has set up, the last first: when closed, or at the end of this JVM, Ctrl-C
 * included.
 */
final class Cleanup implements AutoCloseable {
  private final Deque<Runnable> steps = new ArrayDeque<>();
  private final Thread hook = new Thread(this::undo, "hydra-cleanup");
  private boolean closed;

  Cleanup() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Makes something that {@code undo} takes back; nothing is lost to a Ctrl-C between the two.
   *
   * @throws StackException if it is over already
   */
  synchronized <T> T own(Supplier<T> make, Consumer<T> undo) {
    if (closed) {
      throw new StackException("interrupted");
    }
    T made = make.get();
    steps.push(() -> undo.accept(made));
    return made;
  }

  @Override
  public void close() {
    undo();
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook has done, or does, what this would.
    }
  }

  private synchronized void undo() {
    closed = true;
    while (!steps.isEmpty()) {
      steps.pop().run();
    }
  }
}
