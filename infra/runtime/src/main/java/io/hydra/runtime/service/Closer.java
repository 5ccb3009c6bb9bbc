package io.hydra.runtime.service;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Closes what was opened, the last first, and all of it: a part that fails to close keeps no other
 * one open. Thread-safe; closing twice is closing once, and the second waits for the first. When a
 * service's parts are closed, and what comes before, {@link Service} decides.
 */
public final class Closer implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Thread hook;
  private boolean closed;

  public Closer() {
    this.hook = null;
  }

  private Closer(String hookName) {
    this.hook = new Thread(this::closeParts, hookName);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * A closer that also closes at the end of this JVM, Ctrl-C included.
   *
   * @param name of the thread that does so
   */
  public static Closer closedAtExit(String name) {
    return new Closer(name);
  }

  /**
   * Takes over a part.
   *
   * @throws IllegalStateException if everything was closed before; the part is closed, too, then
   */
  public synchronized <T extends AutoCloseable> T own(T part) {
    add(part);
    return part;
  }

  /**
   * Makes something that {@code undo} takes back; nothing is lost to a Ctrl-C between the two.
   *
   * @throws IllegalStateException if everything was closed before; nothing is made then
   */
  public synchronized <T> T own(Supplier<? extends T> make, Consumer<? super T> undo) {
    refuseLate();
    T made = make.get();
    parts.push(() -> undo.accept(made));
    return made;
  }

  /**
   * Adds something to do when closing.
   *
   * @throws IllegalStateException if everything was closed before; it is done at once then
   */
  public synchronized void add(AutoCloseable part) {
    parts.push(part);
    if (closed) {
      closeParts();
      refuseLate();
    }
  }

  /**
   * Closes every part.
   *
   * @throws IllegalStateException the first failure of a part, with the others suppressed
   */
  @Override
  public void close() {
    try {
      closeParts();
    } finally {
      removeHook();
    }
  }

  private synchronized void closeParts() {
    closed = true;
    IllegalStateException failure = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        if (failure == null) {
          failure = new IllegalStateException("not closed: " + e, e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void refuseLate() {
    if (closed) {
      throw new IllegalStateException("closed already");
    }
  }

  private void removeHook() {
    if (hook == null) {
      return;
    }
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The hook has done, or does, what this would.
    }
  }
}
