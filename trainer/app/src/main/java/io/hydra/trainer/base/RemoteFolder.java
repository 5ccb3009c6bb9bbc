package io.hydra.trainer.base;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.trainer.base.Archive.Allowance;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A folder behind a URL, of which no listing can be had: files are asked for by name. */
record RemoteFolder(URI base, Allowance allowance, Consumer<String> progress) {
  private static final String TOKENIZER = "tokenizer.json";
  private static final String SETTINGS = "encoder.json";
  private static final String CONFIG = "config.json";
  private static final List<String> OPTIONAL = List.of(SETTINGS, CONFIG, "1_Pooling/config.json");
  private static final String STATIC = "model.safetensors";

  /** Networks' forms that can be run come before weights that may belong to one. */
  private static final List<String> MODELS =
      List.of("model.onnx", "onnx/model.onnx", "model.pt", STATIC);

  private static final ObjectMapper JSON = new ObjectMapper();

  void copyTo(Path folder) throws IOException {
    if (!copy(TOKENIZER, folder)) {
      throw new FileNotFoundException(
          "no %s there; name an archive, or a folder that holds %s and one of %s"
              .formatted(TOKENIZER, TOKENIZER, String.join(", ", MODELS)));
    }
    for (String name : OPTIONAL) {
      boolean unused = copy(name, folder);
    }
    List<String> models = models(folder);
    for (String model : models) {
      if (copy(model, folder)) {
        if (model.endsWith(".onnx")) {
          // Weights beyond 2 GB stand beside the network.
          boolean unused = copy(model + "_data", folder) || copy(model + ".data", folder);
        }
        return;
      }
    }
    throw new FileNotFoundException(
        "no model there; one of %s is needed".formatted(String.join(", ", models)));
  }

  private static List<String> models(Path folder) throws IOException {
    String named = read(folder.resolve(SETTINGS)).path("model").asText("");
    if (!named.isEmpty()) {
      if (named.startsWith("/") || List.of(named.split("/", -1)).contains("..")) {
        throw new IOException("%s names a model outside of the folder".formatted(SETTINGS));
      }
      return List.of(named);
    }
    boolean isStatic = read(folder.resolve(CONFIG)).path("model_type").asText().equals("model2vec");
    return isStatic ? List.of(STATIC) : MODELS;
  }

  private static JsonNode read(Path file) throws IOException {
    return Files.exists(file) ? JSON.readTree(file.toFile()) : JSON.missingNode();
  }

  private boolean copy(String name, Path folder) throws IOException {
    String query = base.getRawQuery() == null ? "" : "?" + base.getRawQuery();
    String start = base.toString().substring(0, base.toString().length() - query.length());
    URI uri = URI.create(start + (start.endsWith("/") ? "" : "/") + name + query);
    Remote remote = new Remote(uri);
    progress.accept("fetching " + remote.shown());
    try {
      String unused = remote.copyTo(folder.resolve(name), allowance);
      return true;
    } catch (FileNotFoundException e) {
      return false;
    }
  }
}
