package io.hydra.runtime.service;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads with names: none of them keeps a process alive. */
public final class Threads {
  private Threads() {}

  /** A thread that has yet to be started. */
  public static Thread daemon(String name, Runnable action) {
    Thread thread = new Thread(action, name);
    thread.setDaemon(true);
    return thread;
  }

  /** For executors of one thread, which is called {@code name}. */
  public static ThreadFactory daemon(String name) {
    return action -> daemon(name, action);
  }

  /** For pools; their threads are called {@code name-1}, {@code name-2} and so on. */
  public static ThreadFactory daemons(String name) {
    AtomicInteger number = new AtomicInteger();
    return action -> daemon(name + "-" + number.incrementAndGet(), action);
  }

  /** A pool of a fixed number of {@link #daemons}. */
  public static ExecutorService pool(String name, int threads) {
    return Executors.newFixedThreadPool(threads, daemons(name));
  }
}
