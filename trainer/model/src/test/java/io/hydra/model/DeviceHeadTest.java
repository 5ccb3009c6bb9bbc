package io.hydra.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.model.DeviceHead.Question;
import io.hydra.model.DeviceHead.Vectors;
import io.hydra.model.Reading.Choice;
import io.hydra.model.Reading.Choice.ScoredCandidate;
import io.hydra.model.base.Base;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.base.TaskBase;
import io.hydra.model.base.WorthOfAsking;
import io.hydra.model.encoder.BuiltInEncoder;
import io.hydra.model.encoder.BuiltInEncoder.EncoderShape;
import io.hydra.model.encoder.MeaningEncoder;
import io.hydra.model.feature.ClosedFeatures;
import io.hydra.model.feature.EncodedTexts;
import io.hydra.model.feature.ItemFeatures;
import io.hydra.model.feature.Memory;
import io.hydra.model.feature.Salience;
import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Trunk;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.head.Privacy;
import io.hydra.model.head.Softmax;
import io.hydra.model.task.Metric;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HistoryItem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.ScriptableObject;

class DeviceHeadTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String READER = "device-head.js";
  private static final String LINES = "device-head-lines.js";

  private static final TaskCatalogue SHIPPED = TaskCatalogue.shipped();
  private static final List<String> TASKS = List.of("LaMP_2N", "LaMP_3");
  private static final List<String> WORDS =
      List.of("strings", "stay", "tune", "senate", "bill", "drum", "cheap");

  /** A version's bytes stay readable: add others, never change these. */
  private static final String VERSION_1 =
      "01"
          + text("b1")
          + text("t")
          + text("MAE")
          + "3fb999999999999a" // a margin of 0.1
          + "0002"
          + text("1")
          + "3fd0000000000000"
          + text("2")
          + "3fe8000000000000"
          + "00020001" // a trunk of words
          + "3f800000bf800000"
          + "00" // none of meaning
          + "000e"
          + "3ff0000000000000".repeat(14)
          + "4000000000000000".repeat(14)
          + "01" // falls back
          + "3f800000"
          + "01" // a member
          + "40000000"
          + "3f000000".repeat(14);

  @TempDir private Path folder;

  @Test
  void aDeviceChoosesAsServingDoes() throws IOException {
    Random random = new Random(5);
    Path base = base(random);
    BaseFiles.Loaded loaded = BaseFiles.read(base);
    for (String id : TASKS) {
      try (PersonalModel model = new PersonalModel(loaded.version(), loaded.base(), SHIPPED);
          EncodedTexts texts = loaded.base().texts()) {
        TaskSpec task = SHIPPED.find(id).orElseThrow();
        Learner learner = model.learner(task, FitSettings.DEFAULT);
        List<HistoryItem> items = items(task, 30, random);
        items.forEach(item -> learner.learn(item, Samples.of(samples(task, random))));
        Heads heads = learner.heads(30);
        assertThat(heads.adapter().members()).isNotEmpty();
        byte[] bytes =
            DeviceHeadCodec.encode(DeviceHead.of(BaseFiles.read(base, id), heads.adapter()));
        DeviceHead head = DeviceHeadCodec.decode(bytes);
        for (int q = 0; q < 20; q++) {
          String input = text(random);
          Question question =
              new Question(
                  items.stream().map(item -> task.indexOf(item.output())).toList(),
                  learner.query(input).bm25(),
                  vectors(input, items, text -> texts.get(text).vector()),
                  vectors(input, items, text -> texts.get(text).meaning()));
          for (List<String> said : List.of(List.<String>of(), samples(task, random))) {
            assertThat(head.choose(question, said))
                .isEqualTo(model.read(task, learner, input).choose(said, heads));
          }
        }
      }
    }
  }

  @Test
  void javaScriptChoosesAsJavaDoes() throws IOException, InterruptedException {
    Path lines = folder.resolve("lines");
    List<MadeUpHead> heads = new ArrayList<>();
    List<String> given = new ArrayList<>();
    for (int seed = 0; seed < 10_000; seed++) {
      heads.add(MadeUpHead.draw(seed));
      given.add(line(heads.get(seed)));
    }
    Files.write(lines, given);
    Path out = folder.resolve("chosen");
    try {
      Process node =
          new ProcessBuilder("node", file(LINES), file(READER), lines.toString())
              .redirectOutput(out.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      assertThat(node.waitFor()).isZero();
    } catch (IOException none) {
      abort("there is no Node here");
    }
    List<String> chosen = Files.readAllLines(out);
    assertThat(chosen).hasSameSizeAs(heads);
    for (int h = 0; h < chosen.size(); h++) {
      isChosen(heads.get(h), chosen.get(h));
    }
  }

  @Test
  void javaScriptNeedsNoNode() throws IOException {
    try (Context context = Context.enter()) {
      ScriptableObject scope = context.initSafeStandardObjects();
      context.evaluateString(scope, resource(READER), READER, 1, null);
      context.evaluateString(scope, resource(LINES), LINES, 1, null);
      for (int seed = 0; seed < 200; seed++) {
        MadeUpHead made = MadeUpHead.draw(seed);
        ScriptableObject.putProperty(scope, "line", line(made));
        isChosen(
            made,
            (String) context.evaluateString(scope, "chooseLine(hydraHead, line)", LINES, 1, null));
      }
    }
  }

  private static void isChosen(MadeUpHead made, String json) throws IOException {
    DeviceHead head = made.head();
    Choice expected = head.choose(made.question(), made.samples());
    JsonNode chosen = JSON.readTree(json);
    assertThat(chosen.path("answer").asText()).isEqualTo(expected.text());
    assertThat(chosen.path("fellBack").asBoolean()).isEqualTo(expected.fellBack());
    for (ScoredCandidate candidate : expected.candidates()) {
      int option = head.task().options().indexOf(candidate.text());
      assertThat(chosen.path("beliefs").path(option).asDouble(-1))
          .isCloseTo(candidate.probability(), within(1e-12));
    }
  }

  @Test
  void aPrivateHeadIsThePopulationsWithNoise() {
    DeviceHead head = MadeUpHead.draw(6).head();
    Privacy privacy = new Privacy(Privacy.rho(8));
    DeviceHead made = head.makePrivate(privacy, new Random(1));
    assertThat(made.own().members()).isEmpty();
    assertThat(made.own().fallsBack()).isFalse();
    double[] noise = new double[head.adapter().length];
    Arrays.setAll(noise, i -> made.adapter()[i] - head.adapter()[i]);
    Arrays.setAll(noise, i -> noise[i] - made.adapterUnsampled()[i] + head.adapterUnsampled()[i]);
    assertThat(noise).containsOnly(new double[noise.length], within(1e-9));
    assertThat(made.adapter()).isNotEqualTo(head.adapter());
    assertThat(DeviceHeadCodec.encode(made))
        .isNotEqualTo(DeviceHeadCodec.encode(head.makePrivate(privacy, new Random(2))));
  }

  @Test
  void earlierBytesAreRead() {
    DeviceHead head = DeviceHeadCodec.decode(HexFormat.of().parseHex(VERSION_1));
    assertThat(HexFormat.of().formatHex(DeviceHeadCodec.encode(head))).isEqualTo(VERSION_1);
    assertThat(head.task().metric()).isEqualTo(Metric.MAE);
    assertThat(head.task().margin()).isEqualTo(0.1);
    assertThat(head.task().options()).containsExactly("1", "2");
    assertThat(head.shares()).containsExactly(0.25, 0.75);
    assertThat(head.words().matrix()).isDeepEqualTo(new float[][] {{1}, {-1}});
    assertThat(head.meaning()).isNull();
    assertThat(head.adapter()).hasSize(14).containsOnly(1);
    assertThat(head.adapterUnsampled()).hasSize(14).containsOnly(2);
    assertThat(head.own().fallsBack()).isTrue();
    assertThat(head.own().populationLoss()).isEqualTo(1);
    assertThat(head.own().members()).hasSize(1);
    assertThat(head.own().members().get(0).loss()).isEqualTo(2);
    assertThat(head.own().members().get(0).delta()).hasSize(14).containsOnly(0.5f);
  }

  @Test
  void damagedBytesAreRefused() {
    DeviceHead named =
        LongStream.range(0, 100_000)
            .mapToObj(seed -> MadeUpHead.draw(seed).head())
            .filter(head -> head.optionNames().isTrained() && head.task().options().size() > 1)
            .findFirst()
            .orElseThrow();
    byte[] bytes = DeviceHeadCodec.encode(named);
    assertThat(bytes[0]).isEqualTo(DeviceHeadCodec.VERSION);
    assertThat(DeviceHeadCodec.encode(DeviceHeadCodec.decode(bytes))).isEqualTo(bytes);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatExceptionOfType(CorruptValueException.class)
          .isThrownBy(() -> DeviceHeadCodec.decode(cut));
    }
    bytes[0] = 3;
    assertThatExceptionOfType(CorruptValueException.class)
        .isThrownBy(() -> DeviceHeadCodec.decode(bytes))
        .withMessageContaining("version 3");
    DeviceHead ofFewerNames =
        new DeviceHead(
            named.baseVersion(),
            named.task(),
            named.shares(),
            named.words(),
            named.meaning(),
            new Trunk(Arrays.copyOf(named.optionNames().matrix(), 1)),
            named.adapter(),
            named.adapterUnsampled(),
            named.own());
    byte[] unlike = DeviceHeadCodec.encode(ofFewerNames);
    assertThatExceptionOfType(CorruptValueException.class)
        .isThrownBy(() -> DeviceHeadCodec.decode(unlike));
    for (String other :
        List.of(
            VERSION_1.replace("000e", "000d"), // a feature less than the options have
            VERSION_1.replace("00020001" + "3f800000bf800000", "00010001" + "3f800000"),
            VERSION_1 + "00")) {
      assertThatExceptionOfType(CorruptValueException.class)
          .isThrownBy(() -> DeviceHeadCodec.decode(HexFormat.of().parseHex(other)));
    }
  }

  private static String text(String text) {
    return "%04x".formatted(text.length()) + HexFormat.of().formatHex(text.getBytes(UTF_8));
  }

  private static String line(MadeUpHead made) {
    Question question = made.question();
    ObjectNode json = JSON.createObjectNode();
    json.put("head", HexFormat.of().formatHex(DeviceHeadCodec.encode(made.head())));
    ObjectNode asked = json.putObject("question");
    put(asked, question, -1);
    made.samples().forEach(asked.putArray("samples")::add);
    ArrayNode past = asked.putArray("past");
    for (int i = 0; i < question.labels().size(); i++) {
      int label = question.labels().get(i);
      ObjectNode item = past.addObject();
      item.put("option", label < 0 ? "another" : made.head().task().options().get(label));
      item.put("sharedWords", question.bm25()[i]);
      put(item, question, i);
    }
    return json.toString();
  }

  /**
   * @param item -1 for the question itself
   */
  private static void put(ObjectNode node, Question question, int item) {
    ArrayNode words = node.putArray("words");
    ArrayNode meaning = node.putArray("meaning");
    add(words, question.words(), item);
    if (question.meaning() != null) {
      add(meaning, question.meaning(), item);
    }
  }

  private static void add(ArrayNode array, Vectors vectors, int item) {
    for (float value : item < 0 ? vectors.question() : vectors.past().get(item)) {
      array.add((double) value);
    }
  }

  private Path base(Random random) throws IOException {
    EncoderShape shape = new EncoderShape(50, 8);
    BuiltInEncoder words = BuiltInEncoder.initialize(shape, 1);
    Map<String, TaskBase> tasks = new HashMap<>();
    for (String id : TASKS) {
      TaskSpec task = SHIPPED.find(id).orElseThrow();
      int options = task.options().size();
      double[] shares = Softmax.normalize(random.doubles(options).toArray());
      float[][] names =
          task.isOrdinal() ? new float[0][] : MadeUpHead.trunk(options, 6, random).matrix();
      int features = new ClosedFeatures(task, shares, Memory.NONE, new Trunk(names)).names().size();
      tasks.put(
          id,
          new TaskBase(
              random.doubles(features).toArray(),
              random.doubles(features).toArray(),
              random.doubles(ItemFeatures.names(true).size()).toArray(),
              shares,
              MadeUpHead.trunk(options, 8, random).matrix(),
              MadeUpHead.trunk(options, 6, random).matrix(),
              Memory.NONE,
              names,
              9,
              Salience.untrained(),
              WorthOfAsking.UNKNOWN));
    }
    Path written = folder.resolve("base");
    try (MeaningEncoder meaning =
            MeaningEncoder.learn(BuiltInEncoder.initialize(shape, 2), WORDS, 6, 1);
        Base base = new Base(words, meaning, tasks, Map.of())) {
      String unused = BaseFiles.write(base, SHIPPED, written);
    }
    return written;
  }

  private static Vectors vectors(
      String input, List<HistoryItem> items, Function<String, float[]> encoder) {
    return new Vectors(
        encoder.apply(input), items.stream().map(HistoryItem::input).map(encoder).toList());
  }

  private static List<HistoryItem> items(TaskSpec task, int count, Random random) {
    List<HistoryItem> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String output = task.options().get(random.nextInt(3));
      items.add(new HistoryItem("e" + i, i + 1, text(random), output));
    }
    return items;
  }

  private static List<String> samples(TaskSpec task, Random random) {
    return random.ints(8, 0, task.options().size()).mapToObj(task.options()::get).toList();
  }

  private static String text(Random random) {
    return WORDS.get(random.nextInt(7)) + " " + WORDS.get(random.nextInt(7));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = DeviceHead.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private String file(String name) throws IOException {
    return Files.writeString(folder.resolve(name), resource(name)).toString();
  }
}
