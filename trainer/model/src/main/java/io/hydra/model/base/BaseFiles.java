package io.hydra.model.base;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.EncoderFormatException;
import io.hydra.model.encoder.EncoderSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A base as a folder: {@code encoder/} (whatever its kind needs, an imported encoder's files among
 * it, so that the folder is complete), {@code tasks.json} (population heads and trunks) and {@code
 * manifest.json}, which names the format, the version (a hash of the others, so that the same
 * weights have the same version) and the report.
 */
public final class BaseFiles {
  private static final int FORMAT = 2;
  private static final String MANIFEST = "manifest.json";
  private static final String TASKS = "tasks.json";
  private static final String ENCODER = "encoder";
  private static final int VERSION_BYTES = 6;
  private static final int CHUNK = 1 << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private BaseFiles() {}

  /** A base and its version. */
  public record Loaded(String version, Base base) {}

  private record Manifest(int format, String version, Map<String, Object> report) {}

  private record Tasks(TreeMap<String, TaskBase> tasks) {}

  /**
   * Writes a base into a folder that does not exist yet; it appears whole or not at all.
   *
   * @return its version
   * @throws FileAlreadyExistsException if the folder exists
   */
  public static String write(Base base, Path folder) throws IOException {
    if (Files.exists(folder)) {
      throw new FileAlreadyExistsException(
          folder.toString(), null, "a base is never overwritten: name another folder");
    }
    Path parent = folder.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    // A temporary folder is its owner's alone; what is made in it may be read as usual.
    Path draft = Files.createTempDirectory(parent, ".base-");
    try {
      Path files = Files.createDirectory(draft.resolve("base"));
      base.encoder().save(Files.createDirectory(files.resolve(ENCODER)));
      Files.write(
          files.resolve(TASKS), JSON.writeValueAsBytes(new Tasks(new TreeMap<>(base.tasks()))));
      String version = version(files);
      Manifest manifest = new Manifest(FORMAT, version, base.report());
      Files.write(files.resolve(MANIFEST), JSON.writeValueAsBytes(manifest));
      Files.move(files, folder, StandardCopyOption.ATOMIC_MOVE);
      return version;
    } finally {
      delete(draft);
    }
  }

  /**
   * @throws BaseFormatException if the folder holds no base that this program reads
   */
  public static Loaded read(Path folder) {
    Path manifestFile = folder.resolve(MANIFEST);
    if (!Files.isRegularFile(manifestFile)) {
      throw new BaseFormatException(
          "%s: no %s in it; train a base with `hydra train-base`".formatted(folder, MANIFEST));
    }
    try {
      JsonNode tree = JSON.readTree(manifestFile.toFile());
      int format = tree.path("format").asInt();
      if (format != FORMAT) {
        throw new BaseFormatException(
            "%s: has format %d, this program reads %d; %s"
                .formatted(
                    manifestFile,
                    format,
                    FORMAT,
                    format > FORMAT ? "run a newer program" : "train it again"));
      }
      Manifest manifest = JSON.treeToValue(tree, Manifest.class);
      String version = version(folder);
      if (!version.equals(manifest.version())) {
        throw new BaseFormatException(
            "%s: its files are those of %s, not of %s as the manifest says; copy it again"
                .formatted(folder, version, manifest.version()));
      }
      Tasks tasks = JSON.readValue(folder.resolve(TASKS).toFile(), Tasks.class);
      Encoder encoder = EncoderSource.open(folder.resolve(ENCODER));
      return new Loaded(version, new Base(encoder, tasks.tasks(), manifest.report()));
    } catch (IOException | EncoderFormatException e) {
      throw new BaseFormatException(
          "%s: cannot be read (%s); train it again".formatted(folder, e.getMessage()), e);
    }
  }

  /** A hash of names and bytes of the encoder's files, in the names' order, and of the tasks. */
  private static String version(Path folder) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> listed = Files.list(folder.resolve(ENCODER))) {
      listed.sorted(Comparator.comparing(f -> f.getFileName().toString())).forEach(files::add);
    }
    files.add(folder.resolve(TASKS));
    byte[] chunk = new byte[CHUNK];
    for (Path file : files) {
      byte[] name = file.getFileName().toString().getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
      digest.update(name);
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(Files.size(file)).array());
      try (InputStream in = Files.newInputStream(file)) {
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
          digest.update(chunk, 0, read);
        }
      }
    }
    return "b" + HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
  }

  private static void delete(Path draft) throws IOException {
    try (Stream<Path> files = Files.walk(draft)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
