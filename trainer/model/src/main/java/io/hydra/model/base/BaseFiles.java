package io.hydra.model.base;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.hydra.model.encoder.EncoderSource;
import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.config.UserException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A base as a folder: {@code encoder/} and, where it has one, {@code meaning/} (whatever their
 * kinds need, a pretrained encoder's files among it, so that the folder is complete), {@code
 * catalogue.yaml} (the tasks that it was made for), {@code tasks.json} (population heads, trunks
 * and memory) and {@code manifest.json}, which names the format, the version (a hash of the others,
 * so that the same weights have the same version), the features that it was trained under and the
 * report.
 *
 * <p>A head means something only under the features that it was fitted with, so these have a part
 * in the version: a base of this format that was trained under earlier ones is read, under another
 * version than it had, and every user's heads are fitted again.
 */
public final class BaseFiles {
  private static final int FORMAT = 14;

  /**
   * A base of this format knows no words in context, and leaves out the features of that; before 14
   * none knows what the names of options mean.
   */
  private static final int OLDEST_FORMAT = 12;

  /**
   * Number of the features as this program computes them. To be raised with every change of what
   * enters a z or a fit: {@link io.hydra.model.text.Words}, the terms and parameters of BM25,
   * kernels, formulas and scales of the features, {@link
   * io.hydra.model.head.HeadFitter.FitSettings#DEFAULT}, {@link io.hydra.model.head.Tally}, {@link
   * io.hydra.model.head.Turn}. A test holds the scores of a fixed base to it.
   */
  static final int FEATURES = 14;

  private static final String MANIFEST = "manifest.json";
  private static final String TASKS = "tasks.json";
  private static final String CATALOGUE = "catalogue.yaml";
  private static final String ENCODER = "encoder";
  private static final String MEANING = "meaning";
  private static final int VERSION_BYTES = 6;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private BaseFiles() {}

  /** A base, its version and the tasks that it was made for. */
  public record Loaded(String version, Base base, TaskCatalogue catalogue) {}

  /** A base that was not opened. */
  public record Checked(String version, TaskCatalogue catalogue, Map<String, Object> report) {
    /**
     * Its tasks: first those that it was trained on, of them and of the others the closed ones
     * first, which cost least.
     */
    public List<TaskSpec> bestFirst() {
      return catalogue.all().stream()
          .sorted(
              Comparator.comparing((TaskSpec task) -> !report.containsKey(task.id()))
                  .thenComparing(task -> !task.isClosed()))
          .toList();
    }
  }

  /**
   * One task of a base that was not opened: no encoder is.
   *
   * @param hasMeaning whether the base has an encoder of meaning
   */
  public record Part(String version, TaskSpec task, TaskBase base, boolean hasMeaning) {}

  private record Manifest(int format, int features, String version, Map<String, Object> report) {}

  private record Tasks(TreeMap<String, TaskBase> tasks) {}

  /**
   * Writes a base into a folder that does not exist yet; it appears whole or not at all.
   *
   * @param catalogue the tasks to be served with it, those that it was trained on among them
   * @return its version
   * @throws IllegalArgumentException if the base was trained on a task that is not in the catalogue
   * @throws FileAlreadyExistsException if the folder exists
   */
  public static String write(Base base, TaskCatalogue catalogue, Path folder) throws IOException {
    if (!catalogue.ids().containsAll(base.tasks().keySet())) {
      throw new IllegalArgumentException(
          "trained on %s, the catalogue has %s: write it with the catalogue of its training"
              .formatted(new TreeSet<>(base.tasks().keySet()), catalogue.ids()));
    }
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
      if (base.meaning() != null) {
        base.meaning().save(Files.createDirectory(files.resolve(MEANING)));
      }
      Files.write(
          files.resolve(TASKS), JSON.writeValueAsBytes(new Tasks(new TreeMap<>(base.tasks()))));
      Files.writeString(files.resolve(CATALOGUE), catalogue.toYaml());
      String version = version(files, FEATURES);
      Manifest manifest = new Manifest(FORMAT, FEATURES, version, base.report());
      Files.write(files.resolve(MANIFEST), JSON.writeValueAsBytes(manifest));
      Files.move(files, folder, StandardCopyOption.ATOMIC_MOVE);
      return version;
    } finally {
      delete(draft);
    }
  }

  /**
   * @throws UserException if the folder holds no base that this program reads
   */
  public static Loaded read(Path folder) {
    Checked checked = check(folder);
    try {
      Tasks tasks = JSON.readValue(folder.resolve(TASKS).toFile(), Tasks.class);
      Path meaning = folder.resolve(MEANING);
      Base base =
          new Base(
              EncoderSource.open(folder.resolve(ENCODER)),
              Files.isDirectory(meaning) ? MeaningEncoder.open(meaning) : null,
              tasks.tasks(),
              checked.report());
      return new Loaded(checked.version(), base, checked.catalogue());
    } catch (IOException | UserException e) {
      throw unreadable(folder, e);
    }
  }

  /**
   * Reads what a base knows of one task.
   *
   * @throws UserException if the folder holds no base that this program reads, or the base was not
   *     trained on the task
   */
  public static Part read(Path folder, String taskId) {
    Checked checked = check(folder);
    try {
      TaskBase base =
          JSON.readValue(folder.resolve(TASKS).toFile(), Tasks.class).tasks().get(taskId);
      Optional<TaskSpec> task = checked.catalogue().find(taskId);
      if (base == null || task.isEmpty()) {
        throw new UserException(
            "%s: was not trained on task %s, so it has no heads for it; train one on it with hydra train-base"
                .formatted(folder, taskId));
      }
      return new Part(
          checked.version(), task.get(), base, Files.isDirectory(folder.resolve(MEANING)));
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  /**
   * Requires a whole base of this program's format, without loading weights.
   *
   * @throws UserException if it does not
   */
  public static Checked check(Path folder) {
    Path manifestFile = folder.resolve(MANIFEST);
    if (!Files.isRegularFile(manifestFile)) {
      throw new UserException(
          "%s: no %s in it; train a base with `hydra train-base`".formatted(folder, MANIFEST));
    }
    try {
      JsonNode tree = JSON.readTree(manifestFile.toFile());
      int format = tree.path("format").asInt();
      if (format < OLDEST_FORMAT || format > FORMAT) {
        throw new UserException(
            "%s: has format %d, this program reads %d to %d; %s"
                .formatted(
                    manifestFile,
                    format,
                    OLDEST_FORMAT,
                    FORMAT,
                    format > FORMAT ? "run a newer program" : "train it again"));
      }
      Manifest manifest = JSON.treeToValue(tree, Manifest.class);
      TaskCatalogue catalogue = catalogue(folder.resolve(CATALOGUE));
      int features = manifest.features();
      if (features < 1 || features > FEATURES) {
        throw new UserException(
            "%s: trained under features %d, this program has %d; run a newer program"
                .formatted(manifestFile, features, FEATURES));
      }
      String version = version(folder, features);
      if (!version.equals(manifest.version())) {
        throw new UserException(
            "%s: its files are those of %s, not of %s as the manifest says; copy it again, or train it again where you changed it"
                .formatted(folder, version, manifest.version()));
      }
      String current = features == FEATURES ? version : version(folder, FEATURES);
      return new Checked(current, catalogue, manifest.report());
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static TaskCatalogue catalogue(Path file) throws IOException {
    try {
      return TaskCatalogue.parse(Files.readString(file), file.toString());
    } catch (UserException e) {
      throw new UserException(
          e.getMessage() + "; a base's catalogue is not to be edited: train it again", e);
    }
  }

  private static UserException unreadable(Path folder, Exception e) {
    return new UserException(
        "%s: cannot be read (%s); train it again".formatted(folder, e.getMessage()), e);
  }

  /**
   * A hash of the features' number, and of names and bytes: the encoders' files in the names'
   * order, tasks and catalogue.
   */
  private static String version(Path folder, int features) throws IOException {
    List<Path> files = new ArrayList<>(list(folder.resolve(ENCODER)));
    if (Files.isDirectory(folder.resolve(MEANING))) {
      files.addAll(list(folder.resolve(MEANING)));
    }
    files.add(folder.resolve(TASKS));
    files.add(folder.resolve(CATALOGUE));
    MessageDigest digest = Sha256.digest();
    try (DataOutputStream out =
        new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest))) {
      out.writeInt(features);
      for (Path file : files) {
        byte[] name = file.getFileName().toString().getBytes(StandardCharsets.UTF_8);
        out.writeInt(name.length);
        out.write(name);
        out.writeLong(Files.size(file));
        Files.copy(file, out);
      }
    }
    return "b" + HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted(Comparator.comparing(f -> f.getFileName().toString())).toList();
    }
  }

  private static void delete(Path draft) throws IOException {
    try (Stream<Path> files = Files.walk(draft)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
