package io.hydra.model.encoder;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The kinds of encoders, as {@code encoder.json} names them. */
enum EncoderKind {
  /** {@link BuiltInEncoder}. */
  @JsonProperty("built-in")
  BUILT_IN,
  /** {@link StaticEncoder}. */
  @JsonProperty("static")
  STATIC,
  /** {@link TransformerEncoder} on DJL's engine for PyTorch. */
  @JsonProperty("torchscript")
  TORCHSCRIPT,
  /** {@link TransformerEncoder} on DJL's engine for ONNX Runtime. */
  @JsonProperty("onnx")
  ONNX
}
