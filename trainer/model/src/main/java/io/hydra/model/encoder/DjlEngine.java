package io.hydra.model.encoder;

import ai.djl.engine.Engine;
import io.hydra.schemas.config.UserException;

/**
 * DJL's engines, and the settings that DJL reads once, when its first one starts. ONNX Runtime is
 * on every class path; PyTorch, with its hundreds of megabytes, on those that train alone.
 */
public final class DjlEngine {
  private DjlEngine() {}

  /**
   * Never call home, and leave the cores to the callers' threads: our networks are small. No second
   * engine beside ONNX Runtime, for operations that they do not need. No rewriting of a TorchScript
   * while it warms up: the same text has the same vector from the first time on.
   */
  public static void prepare() {
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    setIfAbsent("ai.djl.onnx.disable_alternative", "true");
    setIfAbsent("ai.djl.pytorch.graph_optimizer", "false");
    setIfAbsent("ai.djl.pytorch.num_threads", "1");
    setIfAbsent("ai.djl.pytorch.num_interop_threads", "1");
  }

  /**
   * Prepares an engine's start.
   *
   * @param name DJL's own
   * @param what needs it, for the message
   * @throws UserException if it is not on the class path
   */
  static void require(String name, String what) {
    prepare();
    if (!Engine.hasEngine(name)) {
      String remedy =
          name.equals("PyTorch")
              ? "export the encoder to ONNX, or build with `mvn -P torchscript package`"
              : "add ai.djl.onnxruntime:onnxruntime-engine";
      throw new UserException(
          "%s: needs DJL's engine %s, which is not on this program's class path; %s"
              .formatted(what, name, remedy));
    }
  }

  private static void setIfAbsent(String key, String value) {
    if (System.getProperty(key) == null) {
      System.setProperty(key, value);
    }
  }
}
