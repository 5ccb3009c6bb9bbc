package io.hydra.model.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.model.encoder.EncoderSettings.EncoderKind;
import io.hydra.model.encoder.EncoderSettings.Pooling;
import io.hydra.model.encoder.ImportedEncoder.Stamp;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Opens an encoder of any kind from local files. Known are: a TorchScript ({@code *.pt}) or ONNX
 * ({@code *.onnx}, also {@code onnx/model.onnx}) with {@code tokenizer.json}; Model2Vec's {@code
 * model.safetensors} with {@code tokenizer.json}; what a base's folder holds.
 */
public final class EncoderSource {
  private static final String TOKENIZER = "tokenizer.json";
  private static final String VECTORS = "model.safetensors";

  /** The path of the ONNX form of a network in a Hugging Face repository. */
  private static final String BELOW = "onnx/model.onnx";

  private static final String POOLING = "1_Pooling/config.json";
  private static final int MOST_NAMES = 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private EncoderSource() {}

  /**
   * The files of an imported encoder.
   *
   * @param model file with the network or the vectors
   * @param tokenizer beside the model, or in the folder that holds the model's
   * @param settings with what the user's own say of kind, model and pooling made whole
   * @param stamps of all files
   */
  record Layout(Path model, Path tokenizer, EncoderSettings settings, Map<Path, Stamp> stamps) {}

  /**
   * @param path a folder, or a model's file with its tokenizer.json beside it
   * @throws UserException if no encoder can be opened; the message says what is needed
   */
  public static Encoder open(String path) {
    if (path.contains("://")) {
      throw new UserException(
          "%s: is a URL; it must be downloaded first, and the folder opened".formatted(path));
    }
    try {
      return open(Path.of(path));
    } catch (InvalidPathException e) {
      throw new UserException("%s: is not a path".formatted(path), e);
    }
  }

  /** The same for a path that is one. */
  public static Encoder open(Path path) {
    if (!Files.exists(path)) {
      throw new UserException(
          "%s: does not exist; name a folder that holds an encoder".formatted(path));
    }
    boolean isFolder = Files.isDirectory(path);
    Path folder = isFolder ? path : path.toAbsolutePath().getParent();
    EncoderSettings settings = EncoderSettings.read(folder);
    try {
      if (settings.kind() == EncoderKind.BUILT_IN) {
        return BuiltInEncoder.open(folder, settings);
      }
      Path model =
          !isFolder
              ? path.toAbsolutePath()
              : settings.model() != null ? folder.resolve(settings.model()) : find(folder);
      Layout layout = layout(folder, model, settings);
      return layout.settings().kind() == EncoderKind.STATIC
          ? StaticEncoder.open(layout)
          : TransformerEncoder.open(layout);
    } catch (IOException e) {
      throw new UserException(
          "%s: cannot be read (%s); copy it again".formatted(folder, e.getMessage()), e);
    }
  }

  private static Layout layout(Path folder, Path model, EncoderSettings settings)
      throws IOException {
    if (!Files.isRegularFile(model)) {
      throw unknown(folder, "the model %s is missing".formatted(folder.relativize(model)));
    }
    EncoderKind kind = kind(folder, model, settings);
    Path beside = model.resolveSibling(TOKENIZER);
    Path tokenizer = Files.isRegularFile(beside) ? beside : folder.resolve(TOKENIZER);
    if (!Files.isRegularFile(tokenizer)) {
      throw unknown(folder, TOKENIZER + " is missing");
    }
    Pooling pooling = settings.pooling() != null ? settings.pooling() : pooling(folder);
    EncoderSettings whole =
        EncoderSettings.imported(
            kind,
            model.getFileName().toString(),
            settings.tokens(),
            kind == EncoderKind.STATIC ? null : pooling,
            kind == EncoderKind.STATIC ? null : settings.output());
    return new Layout(model, tokenizer, whole, Stamp.all(model, tokenizer));
  }

  private static EncoderKind kind(Path folder, Path model, EncoderSettings settings) {
    String name = model.getFileName().toString().toLowerCase(Locale.ROOT);
    EncoderKind found =
        name.endsWith(".onnx")
            ? EncoderKind.ONNX
            : name.endsWith(".pt")
                ? EncoderKind.TORCHSCRIPT
                : name.endsWith(".safetensors") ? EncoderKind.STATIC : settings.kind();
    if (found == null || (settings.kind() != null && settings.kind() != found)) {
      throw unknown(folder, "%s is not a model of a kind it should be".formatted(name));
    }
    return found;
  }

  private static Path find(Path folder) throws IOException {
    List<Path> models = list(folder);
    models.removeIf(file -> !file.toString().endsWith(".pt") && !file.toString().endsWith(".onnx"));
    Path vectors = folder.resolve(VECTORS);
    boolean hasWeights = Files.isRegularFile(vectors);
    if (hasWeights && StaticEncoder.isStatic(vectors)) {
      models.add(vectors);
    }
    Path below = folder.resolve(BELOW);
    if (models.isEmpty() && (Files.isRegularFile(below) || hasWeights)) {
      // If weights are all there is, opening them says what is wrong with them.
      models.add(Files.isRegularFile(below) ? below : vectors);
    }
    if (models.size() > 1) {
      throw unknown(
          folder,
          "%s could each be the model: keep one, or name it under `model` in %s"
              .formatted(
                  models.stream().map(m -> folder.relativize(m).toString()).toList(),
                  EncoderSettings.FILE));
    }
    if (models.isEmpty()) {
      throw unknown(folder, "no model is in it");
    }
    return models.get(0);
  }

  /** Pooling as sentence-transformers' file beside the model says, or mean. */
  private static Pooling pooling(Path folder) throws IOException {
    Path file = folder.resolve(POOLING);
    if (!Files.isRegularFile(file)) {
      return Pooling.MEAN;
    }
    JsonNode config = JSON.readTree(file.toFile());
    boolean mean = config.path("pooling_mode_mean_tokens").asBoolean();
    boolean cls = config.path("pooling_mode_cls_token").asBoolean();
    if (mean == cls) {
      throw new UserException(
          "%s: asks for a pooling that is not known; say mean or cls under `pooling` in %s"
              .formatted(file, EncoderSettings.FILE));
    }
    return cls ? Pooling.CLS : Pooling.MEAN;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().collect(Collectors.toCollection(ArrayList::new));
    }
  }

  private static UserException unknown(Path folder, String why) {
    String found;
    try {
      List<String> names = list(folder).stream().map(f -> f.getFileName().toString()).toList();
      found = String.join(", ", names.subList(0, Math.min(MOST_NAMES, names.size())));
    } catch (IOException e) {
      found = "nothing that can be read";
    }
    return new UserException(
        ("%s: no encoder, %s. Found: %s. Needed: tokenizer.json and one of model.onnx, model.pt"
                + " (TorchScript), or model.safetensors with static embeddings (Model2Vec)")
            .formatted(folder, why, found.isEmpty() ? "nothing" : found));
  }
}
