package io.hydra.trainer.base;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.config.UserException;
import io.hydra.trainer.base.Archive.Allowance;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * Brings an encoder from a URL into a cache folder, whole or not at all; what is there is not
 * fetched again. A URL (http, https, file) names an archive ({@code .zip}, {@code .tar.gz}, {@code
 * .tgz}), optionally followed by {@code #sha256=HEX}, or a folder from which the files that an
 * encoder needs are fetched by their names, as from {@code
 * https://huggingface.co/OWNER/MODEL/resolve/REVISION}. An encoder is run by native code in this
 * process, so it has to come unchanged: over plain http from another machine only with a checksum.
 *
 * @param cache folder that is made where it is missing
 * @param progress told one line per file
 */
record EncoderDownload(Path cache, Limits limits, Consumer<String> progress) {
  private static final Pattern CHECKSUM = Pattern.compile("sha256=([0-9a-fA-F]{64})");
  private static final List<String> SCHEMES = List.of("http", "https", "file");
  private static final int KEY_BYTES = 8;

  private static final String TOKENIZER = "tokenizer.json";
  private static final String SETTINGS = "encoder.json";
  private static final String CONFIG = "config.json";
  private static final List<String> OPTIONAL = List.of(SETTINGS, CONFIG, "1_Pooling/config.json");
  private static final String STATIC = "model.safetensors";

  /** Networks' forms that can be run come before weights that may belong to one. */
  private static final List<String> MODELS =
      List.of("model.onnx", "onnx/model.onnx", "model.pt", STATIC);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of bytes, for one encoder. */
  public record Limits(long downloaded, long unpacked) {
    static final Limits DEFAULT = new Limits(4L << 30, 8L << 30);
  }

  public EncoderDownload(Path cache, Consumer<String> progress) {
    this(cache, Limits.DEFAULT, progress);
  }

  /**
   * @param pathOrUrl a path is returned as it is
   * @return local folder or file
   * @throws UserException if it cannot be fetched; the message names the URL and why
   */
  public Path fetch(String pathOrUrl) {
    if (!pathOrUrl.contains("://") && !pathOrUrl.startsWith("file:")) {
      try {
        return Path.of(pathOrUrl);
      } catch (InvalidPathException e) {
        throw new UserException(pathOrUrl + ": is neither a path nor a URL", e);
      }
    }
    URI uri = parse(pathOrUrl);
    Optional<String> checksum = checksum(uri, pathOrUrl);
    boolean isArchive = Archive.isArchive(uri.getPath());
    if (!isArchive && checksum.isPresent()) {
      throw refusal(
          pathOrUrl, "a checksum is that of an archive (.zip, .tar.gz, .tgz), not of a folder");
    }
    if (checksum.isEmpty() && new Remote(uri).isOpenToOthers()) {
      throw refusal(
          pathOrUrl,
          "over http anybody on the way can exchange it: use https, or an archive followed by"
              + " #sha256=HEX");
    }
    try {
      if (!isArchive && uri.getScheme().equalsIgnoreCase("file")) {
        return Path.of(uri);
      }
      return cached(uri, isArchive, checksum);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s: cannot be fetched (%s)"
              .formatted(new Remote(uri).shown(), Objects.requireNonNullElse(e.getMessage(), e)),
          e);
    }
  }

  private Path cached(URI uri, boolean isArchive, Optional<String> checksum) throws IOException {
    URI plain = withoutFragment(uri);
    byte[] key = Sha256.of(uri.toString());
    Path folder = cache.resolve(HexFormat.of().formatHex(key, 0, KEY_BYTES));
    if (Files.isDirectory(folder)) {
      return root(folder);
    }
    Files.createDirectories(cache);
    Allowance download = new Allowance(limits.downloaded(), "to download");
    Path draft = Files.createTempDirectory(cache, ".draft-");
    try {
      Path files = Files.createDirectory(draft.resolve("files"));
      if (isArchive) {
        Path archive = draft.resolve("archive");
        Remote remote = new Remote(plain);
        progress.accept("fetching " + remote.shown());
        String found = remote.copyTo(archive, download);
        if (checksum.isPresent() && !checksum.get().equals(found)) {
          throw new IOException(
              "its sha256 is %s, not %s as asked for".formatted(found, checksum.get()));
        }
        Archive.extract(
            archive, plain.getPath(), files, new Allowance(limits.unpacked(), "to unpack"));
      } else {
        copyFolder(plain, files, download);
      }
      move(files, folder);
      return root(folder);
    } finally {
      FileUtils.deleteDirectory(draft.toFile());
    }
  }

  /** Another process may have been faster: then its files are as good. */
  private static void move(Path files, Path folder) throws IOException {
    try {
      Files.move(files, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  /** Archives often hold one folder that holds the rest. */
  private static Path root(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.limit(2).toList();
      return all.size() == 1 && Files.isDirectory(all.get(0)) ? all.get(0) : folder;
    }
  }

  private static URI parse(String url) {
    try {
      URI uri = new URI(url);
      if (uri.getScheme() != null
          && SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))
          && uri.getPath() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw refusal(url, "is not a URL (" + e.getReason() + ")");
    }
    throw refusal(url, "only http, https and file URLs are fetched");
  }

  private static UserException refusal(String url, String why) {
    return new UserException(Remote.shown(url) + ": " + why);
  }

  private static Optional<String> checksum(URI uri, String url) {
    if (uri.getFragment() == null) {
      return Optional.empty();
    }
    Matcher matcher = CHECKSUM.matcher(uri.getFragment());
    if (!matcher.matches()) {
      throw refusal(url, "what follows # must be sha256= and 64 hex digits");
    }
    return Optional.of(matcher.group(1).toLowerCase(Locale.ROOT));
  }

  private static URI withoutFragment(URI uri) {
    String text = uri.toString();
    int end = text.indexOf('#');
    return end < 0 ? uri : URI.create(text.substring(0, end));
  }

  /** Copies a folder of which no listing can be had: its files are asked for by name. */
  private void copyFolder(URI base, Path folder, Allowance allowance) throws IOException {
    if (!copy(base, TOKENIZER, folder, allowance)) {
      throw new FileNotFoundException(
          "no %s there; name an archive, or a folder that holds %s and one of %s"
              .formatted(TOKENIZER, TOKENIZER, String.join(", ", MODELS)));
    }
    for (String name : OPTIONAL) {
      boolean unused = copy(base, name, folder, allowance);
    }
    List<String> models = models(folder);
    for (String model : models) {
      if (copy(base, model, folder, allowance)) {
        if (model.endsWith(".onnx")) {
          // Weights beyond 2 GB stand beside the network.
          boolean unused =
              copy(base, model + "_data", folder, allowance)
                  || copy(base, model + ".data", folder, allowance);
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

  private boolean copy(URI base, String name, Path folder, Allowance allowance) throws IOException {
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
