package io.hydra.infra.demo;

import java.io.PrintWriter;
import java.util.function.LongSupplier;

/** Tells a person what happens, each line with the seconds since the start. */
public final class Progress {
  private final PrintWriter out;
  private final LongSupplier nanoTime;
  private final long start;

  public Progress(PrintWriter out, LongSupplier nanoTime) {
    this.out = out;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  public void say(String line) {
    out.printf("%6.1fs  %s%n", seconds(), line);
    out.flush();
  }

  /** Since the start. */
  public double seconds() {
    return (nanoTime.getAsLong() - start) / 1e9;
  }
}
