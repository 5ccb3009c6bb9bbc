package io.hydra.model.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.model.encoder.EncoderSettings.EncoderKind;
import io.hydra.model.encoder.EncoderSettings.Pooling;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which files of a folder are the encoder. Known are: a TorchScript ({@code *.pt}) or ONNX ({@code
 * *.onnx}, also {@code onnx/model.onnx}) with {@code tokenizer.json}; Model2Vec's {@code
 * model.safetensors} with {@code tokenizer.json}; what a bundle holds.
 *
 * @param model file with the network or the vectors
 * @param tokenizer beside the model, or in the folder that holds the model's
 */
record EncoderLayout(
    EncoderKind kind, Path model, Path tokenizer, Pooling pooling, EncoderSettings settings) {
  static final String TOKENIZER = "tokenizer.json";
  private static final String VECTORS = "model.safetensors";

  /** Where a repository of Hugging Face keeps the ONNX form of a network. */
  private static final String BELOW = "onnx/model.onnx";

  private static final String POOLING = "1_Pooling/config.json";
  private static final List<String> EXTERNAL_DATA = List.of("_data", ".data");
  private static final int MOST_NAMES = 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param folder that exists
   * @param named the model's file, if the user named one
   * @throws UserException if it is none of the known layouts
   */
  static EncoderLayout of(Path folder, Optional<Path> named, EncoderSettings settings)
      throws IOException {
    Path model =
        named.isPresent()
            ? named.get()
            : settings.model() != null ? folder.resolve(settings.model()) : find(folder);
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
    return new EncoderLayout(kind, model, tokenizer, pooling, settings);
  }

  /** The files to take along, the network's external data among them. */
  List<Path> files() {
    List<Path> files = new ArrayList<>(List.of(model, tokenizer));
    for (String suffix : EXTERNAL_DATA) {
      Path data = model.resolveSibling(model.getFileName() + suffix);
      if (Files.isRegularFile(data)) {
        files.add(data);
      }
    }
    return files;
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
    List<Path> models = new ArrayList<>();
    for (Path file : list(folder)) {
      String name = file.getFileName().toString();
      if (name.endsWith(".pt") || name.endsWith(".onnx")) {
        models.add(file);
      }
    }
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

  /** What sentence-transformers says beside the model. */
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
      return files.sorted().toList();
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

  /**
   * The files that an imported encoder was opened from, so that a bundle can take them along. They
   * are copied as they are, and refused if they are no longer what was opened.
   */
  static final class ImportedFiles {
    private record Stamp(long size, FileTime modified) {
      static Stamp of(Path file) throws IOException {
        return new Stamp(Files.size(file), Files.getLastModifiedTime(file));
      }
    }

    private final Map<Path, Stamp> stamps = new LinkedHashMap<>();

    /** Taken before the files are read. */
    ImportedFiles(Iterable<Path> files) throws IOException {
      for (Path file : files) {
        stamps.put(file, Stamp.of(file));
      }
    }

    void copyInto(Path folder) throws IOException {
      for (Map.Entry<Path, Stamp> entry : stamps.entrySet()) {
        Path file = entry.getKey();
        Path copy = folder.resolve(file.getFileName().toString());
        Files.copy(file, copy);
        if (!Stamp.of(file).equals(entry.getValue())) {
          throw new IOException(file + " has changed since it was opened; start again");
        }
      }
    }
  }
}
