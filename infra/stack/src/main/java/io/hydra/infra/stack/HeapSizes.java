package io.hydra.infra.stack;

/** Largest Java heap of each component, in MiB. */
public record HeapSizes(
    int broker, int registry, int llm, int streamProcessor, int trainer, int serving) {
  /** Keeps the whole stack below 3 GiB of resident memory. */
  public static final HeapSizes DEFAULT = new HeapSizes(192, 256, 128, 400, 256, 256);
}
