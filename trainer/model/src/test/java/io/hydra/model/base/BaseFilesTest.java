package io.hydra.model.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.model.PersonalModel;
import io.hydra.model.VerdictWeights;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.EncoderFixtures;
import io.hydra.model.encoder.EncoderSource;
import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.feature.Memory;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseFilesTest {
  private static final TaskCatalogue SHIPPED = TaskCatalogue.shipped();

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private static Base base(Encoder encoder, Map<String, Object> report) {
    return new Base(encoder, Map.of(), report);
  }

  private String writeImported(Path source, String name) throws IOException {
    try (Base base = base(EncoderSource.open(source), Map.of())) {
      return BaseFiles.write(base, SHIPPED, folder.resolve(name));
    }
  }

  private void refused(String name, String... messages) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> BaseFiles.read(folder.resolve(name)))
        .withMessageContaining(folder.resolve(name).toString())
        .satisfies(e -> assertThat(e.getMessage()).contains(messages));
  }

  @Test
  void theTasksOfItsTrainingComeFirst() throws IOException {
    Path source = EncoderFixtures.staticModel(folder.resolve("source"));
    try (Base base = base(EncoderSource.open(source), Map.of("seed", 17, "LaMP_5", "facts"))) {
      var unused = BaseFiles.write(base, SHIPPED, folder.resolve("base"));
    }
    List<TaskSpec> tasks = BaseFiles.check(folder.resolve("base")).bestFirst();
    assertThat(tasks).hasSameSizeAs(SHIPPED.all());
    assertThat(tasks.get(0).id()).isEqualTo("LaMP_5");
    assertThat(tasks.get(1).isClosed()).isTrue();
    assertThat(tasks.get(tasks.size() - 1).isClosed()).isFalse();
  }

  @Test
  void anImportedEncoderTravelsWithTheBase() throws IOException {
    Path source = EncoderFixtures.staticModel(folder.resolve("source"));
    float[][] vectors;
    try (Encoder encoder = EncoderSource.open(source)) {
      vectors = encoder.encode(List.of("good drum"));
    }
    String version = writeImported(source, "base");
    assertThat(writeImported(source, "again")).isEqualTo(version);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("source", "base", "again");
    for (Path file :
        List.of(source.resolve("model.safetensors"), source.resolve("tokenizer.json"))) {
      Files.delete(file);
    }
    BaseFiles.Loaded loaded = BaseFiles.read(folder.resolve("base"));
    try (Base base = loaded.base()) {
      assertThat(loaded.version()).isEqualTo(version);
      assertThat(base.encoder().encode(List.of("good drum"))).isDeepEqualTo(vectors);
      // What was loaded can be stored again, as the same base.
      assertThat(BaseFiles.write(base, SHIPPED, folder.resolve("third"))).isEqualTo(version);
    }
  }

  @Test
  void anEncoderOfMeaningTravelsWithTheBase() throws IOException {
    Encoder source = EncoderSource.open(EncoderFixtures.staticModel(folder.resolve("source")));
    BuiltInEncoder words = BuiltInEncoder.initialize(new EncoderShape(50, 4), 1);
    String without;
    byte[] packed;
    String version;
    try (MeaningEncoder meaning =
            MeaningEncoder.learn(source, List.of("good", "bad drum", "drum"), 2, 1);
        Base base = new Base(words, meaning, Map.of(), Map.of())) {
      without = BaseFiles.write(base(words, Map.of()), SHIPPED, folder.resolve("without"));
      version = BaseFiles.write(base, SHIPPED, folder.resolve("base"));
      packed = base.texts().get("good drum").packedMeaning();
    }
    assertThat(version).isNotEqualTo(without);
    BaseFiles.Loaded loaded = BaseFiles.read(folder.resolve("base"));
    try (Base base = loaded.base()) {
      assertThat(loaded.version()).isEqualTo(version);
      assertThat(base.texts().get("good drum").packedMeaning()).isEqualTo(packed);
    }
    Files.writeString(folder.resolve("base/meaning/reduction.bin"), "junk");
    refused("base", "not of");
  }

  @Test
  void aProgramIsStartedWithTwoBasesAtMostAndEachOnce() throws IOException {
    Path source = EncoderFixtures.staticModel(folder.resolve("source"));
    String version = writeImported(source, "one");
    BuiltInEncoder words = BuiltInEncoder.initialize(new EncoderShape(50, 4), 1);
    String next = BaseFiles.write(base(words, Map.of()), SHIPPED, folder.resolve("next"));
    List<PersonalModel> both = load("one", "next");
    assertThat(both).extracting(PersonalModel::baseVersion).containsExactly(version, next);
    both.forEach(PersonalModel::close);
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> load("one", "one"))
        .withMessage("--base names base %s twice; name each once", version);
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> load("one", "next", "third"))
        .withMessage("--base names more than two bases: Redis keeps heads of two");
  }

  private List<PersonalModel> load(String... names) {
    return PersonalModel.loadAll(
        Stream.of(names).map(folder::resolve).toList(), VerdictWeights.DEFAULT);
  }

  @Test
  void theVersionIsThatOfTheWeightsAlone() throws IOException {
    Path source = EncoderFixtures.staticModel(folder.resolve("source"));
    String version = writeImported(source, "base");
    Files.writeString(source.resolve("encoder.json"), "{\"maxTokens\": 7}");
    assertThat(writeImported(source, "shorter")).isNotEqualTo(version);
    EncoderShape shape = new EncoderShape(50, 4);
    try (Base one = base(BuiltInEncoder.initialize(shape, 1), Map.of("users", 1));
        Base same = base(BuiltInEncoder.initialize(shape, 1), Map.of("users", 2));
        Base other = base(BuiltInEncoder.initialize(shape, 2), Map.of("users", 1))) {
      String builtIn = BaseFiles.write(one, SHIPPED, folder.resolve("one"));
      assertThat(BaseFiles.write(same, SHIPPED, folder.resolve("same"))).isEqualTo(builtIn);
      assertThat(BaseFiles.write(other, SHIPPED, folder.resolve("other"))).isNotEqualTo(builtIn);
    }
    try (Base base = BaseFiles.read(folder.resolve("same")).base()) {
      assertThat(base.report()).containsEntry("users", 2);
    }
  }

  @Test
  void theCatalogueTravelsWithTheBase() throws IOException {
    TaskCatalogue own =
        SHIPPED.withMissingFrom(
            TaskCatalogue.parse(
                """
                tasks:
                  - id: queue
                    instruction: "Pick: the #queue"
                    options: [billing, "yes"]
                    metric: ACCURACY
                    rerank: false
                    margin: 0.25
                """,
                "own.yaml"));
    EncoderShape shape = new EncoderShape(50, 4);
    try (Base base = base(BuiltInEncoder.initialize(shape, 1), Map.of())) {
      String version = BaseFiles.write(base, own, folder.resolve("own"));
      assertThat(BaseFiles.write(base, SHIPPED, folder.resolve("shipped"))).isNotEqualTo(version);
      BaseFiles.Checked checked = BaseFiles.check(folder.resolve("own"));
      assertThat(checked.version()).isEqualTo(version);
      assertThat(checked.catalogue().all()).containsExactlyElementsOf(own.all());
    }
    BaseFiles.Loaded loaded = BaseFiles.read(folder.resolve("own"));
    loaded.base().close();
    assertThat(loaded.catalogue().all()).containsExactlyElementsOf(own.all());
  }

  @Test
  void aDamagedCatalogueIsRefused() throws IOException {
    String unused = writeImported(EncoderFixtures.staticModel(folder.resolve("source")), "base");
    Path catalogue = folder.resolve("base/catalogue.yaml");
    String written = Files.readString(catalogue);
    Files.writeString(catalogue, written.replaceFirst("retrieved: 10", "retrieved: 3"));
    refused("base", "catalogue.yaml, task sample", "retrieved at least used", "train it again");
    Files.writeString(catalogue, written.replaceFirst("retrieved: 10", "retrieved: 11"));
    refused("base", "not of");
    Files.delete(catalogue);
    refused("base", "cannot be read", "catalogue.yaml", "train it again");
  }

  @Test
  void aBaseOfAnotherFormatIsRefused() throws IOException {
    String unused = writeImported(EncoderFixtures.staticModel(folder.resolve("source")), "base");
    Path manifest = folder.resolve("base/manifest.json");
    String written = Files.readString(manifest);
    Files.writeString(
        manifest,
        "{\"format\":1,\"version\":\"b0\",\"encoder\":{\"buckets\":1,\"dimensions\":1},\"report\":{}}");
    refused("base", "has format 1, this program reads 12 to 14", "train it again");
    Files.writeString(manifest, written.replaceFirst("\"format\" : 14", "\"format\" : 11"));
    refused("base", "has format 11, this program reads 12 to 14", "train it again");
    Files.writeString(manifest, written.replaceFirst("\"format\" : 14", "\"format\" : 15"));
    refused("base", "has format 15, this program reads 12 to 14", "newer program");
    Files.writeString(manifest, written.replaceFirst("\"features\" : 14", "\"features\" : 15"));
    refused("base", "features 15, this program has 14", "newer program");
    Files.writeString(manifest, "junk");
    refused("base", "cannot be read");
  }

  /** The version that the files of a base have, which the refusal of another one tells. */
  private static String versionOfFiles(Path base) {
    return catchThrowableOfType(UserException.class, () -> BaseFiles.check(base))
        .getMessage()
        .replaceAll(".*those of (b[0-9a-f]+), not.*", "$1");
  }

  @Test
  void aBaseOfEarlierFeaturesIsReadUnderAnotherVersion() throws IOException {
    String now = writeImported(EncoderFixtures.staticModel(folder.resolve("source")), "base");
    Path manifest = folder.resolve("base/manifest.json");
    String earlier = "{\"format\":12,\"features\":3,\"version\":\"%s\",\"report\":{}}";
    Files.writeString(manifest, earlier.formatted(now));
    String before = versionOfFiles(folder.resolve("base"));
    assertThat(before).matches("b[0-9a-f]{12}").isNotEqualTo(now);
    Files.writeString(manifest, earlier.formatted(before));
    assertThat(BaseFiles.check(folder.resolve("base")).version()).isEqualTo(now);
  }

  @Test
  void aBaseFromBeforeNamesOfOptionsKnowsNone() throws IOException {
    TaskSpec task = SHIPPED.find("LaMP_2N").orElseThrow();
    int options = task.options().size();
    float[][] trunk = new float[options][4];
    TaskBase news = TaskBase.of(task, List.of(), trunk, trunk, Memory.NONE, trunk);
    BuiltInEncoder words = BuiltInEncoder.initialize(new EncoderShape(50, 4), 1);
    Path written = folder.resolve("base");
    try (Base base = new Base(words, Map.of(task.id(), news), Map.of())) {
      String unused = BaseFiles.write(base, SHIPPED, written);
    }
    assertThat(BaseFiles.read(written, task.id()).base().optionNames()).hasDimensions(options, 4);
    ObjectNode tasks = (ObjectNode) JSON.readTree(written.resolve("tasks.json").toFile());
    ((ObjectNode) tasks.at("/tasks/" + task.id())).remove("optionNames");
    JSON.writeValue(written.resolve("tasks.json").toFile(), tasks);
    Path manifest = written.resolve("manifest.json");
    ObjectNode earlier = (ObjectNode) JSON.readTree(manifest.toFile());
    earlier.put("format", 13);
    JSON.writeValue(manifest.toFile(), earlier);
    earlier.put("version", versionOfFiles(written));
    JSON.writeValue(manifest.toFile(), earlier);
    assertThat(BaseFiles.read(written, task.id()).base().optionNames()).isEmpty();
  }

  @Test
  void aDamagedEncoderIsRefused() throws IOException {
    String unused = writeImported(EncoderFixtures.staticModel(folder.resolve("source")), "base");
    Path weights = folder.resolve("base/encoder/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    byte[] damaged = bytes.clone();
    damaged[damaged.length - 1] ^= 1;
    Files.write(weights, damaged);
    refused("base", "not of", "copy it again");
    Files.write(weights, bytes);
    BaseFiles.read(folder.resolve("base")).base().close();
    Path stray = Files.createFile(folder.resolve("base/encoder/stray"));
    refused("base", "not of");
    Files.delete(stray);
    Files.delete(weights);
    refused("base", "not of");
    try (var files = Files.list(folder.resolve("base/encoder"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder.resolve("base/encoder"));
    refused("base", "cannot be read");
  }

  @Test
  void aFailedWriteLeavesNothingBehind() throws IOException {
    Path target = Files.createDirectory(folder.resolve("bases"));
    Encoder full =
        new Unstorable() {
          @Override
          public void save(Path into) throws IOException {
            Files.writeString(into.resolve("half"), "half");
            throw new IOException("disk full");
          }
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> BaseFiles.write(base(full, Map.of()), SHIPPED, target.resolve("base")))
        .withMessage("disk full");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(
            () ->
                BaseFiles.write(base(new Unstorable(), Map.of()), SHIPPED, target.resolve("base")))
        .withMessageContaining("cannot be stored");
    assertThat(target).isEmptyDirectory();
  }

  private static class Unstorable implements Encoder {
    @Override
    public int dimensions() {
      return 1;
    }

    @Override
    public float[][] encode(List<String> texts) {
      return new float[texts.size()][1];
    }

    @Override
    public void close() {}
  }
}
