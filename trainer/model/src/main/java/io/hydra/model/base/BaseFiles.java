package io.hydra.model.base;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.EncoderShape;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * A base as a folder: {@code encoder.params} (DJL's parameter format), {@code tasks.json}
 * (population heads and trunks) and {@code manifest.json}, which names the format, the version (a
 * hash of the other two, so that the same weights have the same version) and the report.
 */
public final class BaseFiles {
  private static final int FORMAT = 1;
  private static final String MANIFEST = "manifest.json";
  private static final String TASKS = "tasks.json";
  private static final String ENCODER = "encoder.params";
  private static final int VERSION_BYTES = 6;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private BaseFiles() {}

  /** A base and its version. */
  public record Loaded(String version, Base base) {}

  private record Manifest(
      int format, String version, EncoderShape encoder, Map<String, Object> report) {}

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
    Path draft = Files.createTempDirectory(parent, ".base-");
    try (OutputStream out =
            new BufferedOutputStream(Files.newOutputStream(draft.resolve(ENCODER)));
        DataOutputStream data = new DataOutputStream(out)) {
      base.encoder().save(data);
    }
    Files.write(
        draft.resolve(TASKS), JSON.writeValueAsBytes(new Tasks(new TreeMap<>(base.tasks()))));
    String version = version(draft);
    Manifest manifest = new Manifest(FORMAT, version, base.encoder().shape(), base.report());
    Files.write(draft.resolve(MANIFEST), JSON.writeValueAsBytes(manifest));
    Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
    return version;
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
      Manifest manifest = JSON.readValue(manifestFile.toFile(), Manifest.class);
      if (manifest.format() != FORMAT) {
        throw new BaseFormatException(
            "%s: has format %d, this program reads %d; train it again"
                .formatted(manifestFile, manifest.format(), FORMAT));
      }
      String version = version(folder);
      if (!version.equals(manifest.version())) {
        throw new BaseFormatException(
            "%s: its files are those of %s, not of %s as the manifest says; copy it again"
                .formatted(folder, version, manifest.version()));
      }
      Tasks tasks = JSON.readValue(folder.resolve(TASKS).toFile(), Tasks.class);
      byte[] weights = Files.readAllBytes(folder.resolve(ENCODER));
      BuiltInEncoder encoder =
          BuiltInEncoder.load(
              manifest.encoder(), new DataInputStream(new ByteArrayInputStream(weights)));
      return new Loaded(version, new Base(encoder, tasks.tasks(), manifest.report()));
    } catch (IOException e) {
      throw new BaseFormatException(
          "%s: cannot be read (%s); train it again".formatted(folder, e.getMessage()), e);
    }
  }

  private static String version(Path folder) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(Files.readAllBytes(folder.resolve(ENCODER)));
      digest.update(Files.readAllBytes(folder.resolve(TASKS)));
      return "b" + HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
