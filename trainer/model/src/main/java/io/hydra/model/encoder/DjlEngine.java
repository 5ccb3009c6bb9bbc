package io.hydra.model.encoder;

/** Settings that DJL reads once, when its engine starts. */
public final class DjlEngine {
  private DjlEngine() {}

  /**
   * Never call home, and leave the cores to the callers' threads: our networks are small. PyTorch
   * even where ONNX Runtime is on the class path too. No rewriting of a TorchScript while it warms
   * up: the same text has the same vector from the first time on.
   */
  public static void prepare() {
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    setIfAbsent("ai.djl.default_engine", "PyTorch");
    setIfAbsent("ai.djl.pytorch.graph_optimizer", "false");
    setIfAbsent("ai.djl.pytorch.num_threads", "1");
    setIfAbsent("ai.djl.pytorch.num_interop_threads", "1");
  }

  private static void setIfAbsent(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
