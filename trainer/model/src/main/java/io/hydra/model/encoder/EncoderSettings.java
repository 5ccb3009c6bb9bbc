package io.hydra.model.encoder;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * {@code encoder.json}: what an encoder's other files do not say. A bundle always has one; a user
 * who brings an encoder writes one only where a default does not fit. Null: not said.
 *
 * @param format version of this file, 1
 * @param kind found from the files where it is not said
 * @param model name of the file with the network or the vectors
 * @param maxTokens tokens of a text that are looked at; default 512
 * @param pooling of tokens' vectors; default: as {@code 1_Pooling/config.json} says, or mean
 * @param output name of the network's output to use, where it has several
 * @param buckets of the built-in encoder
 * @param dimensions of a part of the built-in encoder
 * @param parts of the built-in encoder
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EncoderSettings(
    Integer format,
    EncoderKind kind,
    String model,
    Integer maxTokens,
    Pooling pooling,
    String output,
    Integer buckets,
    Integer dimensions,
    Integer parts) {
  static final String FILE = "encoder.json";
  private static final int FORMAT = 1;
  private static final int DEFAULT_MAX_TOKENS = 512;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  static EncoderSettings builtIn(EncoderShape shape) {
    return new EncoderSettings(
        FORMAT,
        EncoderKind.BUILT_IN,
        null,
        null,
        null,
        null,
        shape.buckets(),
        shape.dimensions(),
        shape.parts());
  }

  static EncoderSettings imported(
      EncoderKind kind, String model, int maxTokens, Pooling pooling, String output) {
    return new EncoderSettings(FORMAT, kind, model, maxTokens, pooling, output, null, null, null);
  }

  /**
   * @return the settings in the folder's file, or empty ones if there is none
   * @throws UserException if the file is not valid
   */
  static EncoderSettings read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return new EncoderSettings(FORMAT, null, null, null, null, null, null, null, null);
    }
    EncoderSettings settings;
    try {
      settings = JSON.readValue(file.toFile(), EncoderSettings.class);
    } catch (UnrecognizedPropertyException e) {
      throw new UserException(
          "%s: has no key `%s`; its keys are %s"
              .formatted(file, e.getPropertyName(), e.getKnownPropertyIds()),
          e);
    } catch (JsonProcessingException e) {
      throw new UserException("%s: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UserException("%s: cannot be read".formatted(file), e);
    }
    if (settings == null) {
      throw new UserException("%s: must hold an object".formatted(file));
    }
    if (Objects.requireNonNullElse(settings.format, FORMAT) != FORMAT) {
      throw new UserException(
          "%s: has format %d, this program reads %d".formatted(file, settings.format, FORMAT));
    }
    if (settings.maxTokens != null && settings.maxTokens < 1) {
      throw new UserException("%s: maxTokens must be 1 or more".formatted(file));
    }
    if (settings.model != null && !isInside(settings.model)) {
      throw new UserException("%s: model must name a file in the folder".formatted(file));
    }
    return settings;
  }

  private static boolean isInside(String model) {
    Path path = Path.of(model);
    return !path.isAbsolute() && !path.normalize().startsWith("..");
  }

  void write(Path folder) throws IOException {
    Files.write(folder.resolve(FILE), JSON.writeValueAsBytes(this));
  }

  int tokens() {
    return Objects.requireNonNullElse(maxTokens, DEFAULT_MAX_TOKENS);
  }

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

  /** The way from the vectors of a text's tokens to the vector of the text. */
  enum Pooling {
    /** The mean over the text's own tokens, special ones included, padding left out. */
    @JsonProperty("mean")
    MEAN,
    /** The first token's vector. */
    @JsonProperty("cls")
    CLS;

    /**
     * The pooled vector up to its length, which is brought to one anyway.
     *
     * @param states vectors of tokens, one behind the other
     * @param start the start of the text's first token
     * @param tokens of the text, without padding
     */
    double[] sum(float[] states, int start, int tokens, int dimensions) {
      double[] vector = new double[dimensions];
      int used = this == CLS ? 1 : tokens;
      for (int t = 0; t < used; t++) {
        for (int i = 0; i < dimensions; i++) {
          vector[i] += states[start + t * dimensions + i];
        }
      }
      return vector;
    }
  }
}
