package io.hydra.rules;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.hydra.infra.lag.LagMetrics;
import io.hydra.runtime.metrics.Definition;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.Topic;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code infra/compose} and {@code infra/kubernetes} against the code and against the types
 * of Kubernetes and its operators. No type is at hand for KEDA's and Prometheus's resources.
 */
class DeploymentTest {
  private static final Path INFRA = GeneratedPage.docs().resolveSibling("infra");
  private static final Path COMPOSE = INFRA.resolve("compose/compose.yaml");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static final Map<String, Class<? extends HasMetadata>> TYPES =
      Stream.of(
              ConfigMap.class,
              Namespace.class,
              PersistentVolumeClaim.class,
              Service.class,
              Deployment.class,
              StatefulSet.class,
              Job.class,
              NetworkPolicy.class,
              PodDisruptionBudget.class,
              Kafka.class,
              KafkaNodePool.class,
              KafkaTopic.class)
          .collect(toMap(Class::getSimpleName, type -> type));

  private static final Set<String> UNTYPED = Set.of("Kustomization", "ScaledObject", "PodMonitor");

  private static final String FLINK_SCHEMA =
      "META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";

  /** Variables that no program's options name. */
  private static final Set<String> FURTHER_VARIABLES =
      Set.of("HYDRA_LOG_FORMAT", "HYDRA_LLM_API_KEY", "HYDRA_DIR");

  private static final Pattern VARIABLE = Pattern.compile("HYDRA_[A-Z0-9_]+");

  /** As far as the consumer and the two producers may take to close, 5 s each. */
  private static final int SERVING_CLOSES_SECONDS = 15;

  /** ONNX's, RocksDB's and the tokenizers' libraries for one platform, unpacked. */
  private static final long NATIVES_MIB = 120;

  private final List<JsonNode> resources = resources();

  private static List<JsonNode> resources() {
    List<JsonNode> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(INFRA.resolve("kubernetes"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        YAML.readerFor(JsonNode.class)
            .<JsonNode>readValues(file.toFile())
            .readAll()
            .forEach(
                document -> {
                  if (document.has("kind")) {
                    all.add(document);
                  }
                });
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return all;
  }

  private Stream<JsonNode> ofKind(String kind) {
    return resources.stream().filter(each -> each.path("kind").asText().equals(kind));
  }

  /** All values of a field, however deep, in Kubernetes' resources and in the compose file. */
  private List<JsonNode> everywhere(String field) throws IOException {
    return Stream.concat(resources.stream(), Stream.of(YAML.readTree(COMPOSE.toFile())))
        .flatMap(each -> each.findValues(field).stream())
        .toList();
  }

  @Test
  void everyResourceIsOfItsType() throws IOException {
    // Without their catch-all for what a type does not know.
    ObjectMapper strict =
        new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(
                new JacksonAnnotationIntrospector() {
                  private static final long serialVersionUID = 1;

                  @Override
                  public Boolean hasAnySetter(Annotated annotated) {
                    return null;
                  }
                });
    for (JsonNode resource : resources) {
      String kind = resource.path("kind").asText();
      if (TYPES.containsKey(kind)) {
        HasMetadata typed = strict.treeToValue(resource, TYPES.get(kind));
        // Strimzi has its types for two versions, and names the older one.
        assertThat(resource.path("apiVersion").asText())
            .isEqualTo(HasMetadata.getApiVersion(TYPES.get(kind)).replace("v1beta2", "v1"));
        assertThat(typed.getMetadata().getName()).isNotEmpty();
      } else if (kind.equals("FlinkDeployment")) {
        assertThat(flinkSchema().validate(resource.path("spec"))).isEmpty();
      } else {
        assertThat(UNTYPED).contains(kind);
      }
    }
    assertThat(resources).hasSizeGreaterThan(40);
  }

  private static JsonSchema flinkSchema() throws IOException {
    try (InputStream definition =
        DeploymentTest.class.getClassLoader().getResourceAsStream(FLINK_SCHEMA)) {
      JsonNode spec =
          YAML.readTree(definition).at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
      // The newest version on Maven Central is older than our Flink.
      ((ObjectNode) spec.at("/properties/flinkVersion")).remove("enum");
      close(spec);
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(spec);
    }
  }

  /** Refuses what a schema does not name: the API server would drop it silently. */
  private static void close(JsonNode schema) {
    if (schema.has("properties") && !schema.has("x-kubernetes-preserve-unknown-fields")) {
      ((ObjectNode) schema).put("additionalProperties", false);
    }
    schema.forEach(DeploymentTest::close);
  }

  @Test
  void topicsAreThoseOfTheCode() {
    Map<String, Map<String, String>> declared =
        ofKind("KafkaTopic")
            .collect(
                toMap(
                    topic -> topic.at("/metadata/name").asText(),
                    topic ->
                        topic.at("/spec/config").properties().stream()
                            .collect(toMap(Map.Entry::getKey, each -> each.getValue().asText()))));
    assertThat(declared)
        .isEqualTo(
            Arrays.stream(Topic.values())
                .collect(
                    toMap(Topic::topicName, topic -> topic.asNewTopic(1, (short) 1).configs())));
    JsonNode job = ofKind("Job").findFirst().orElseThrow();
    JsonNode arguments = job.at("/spec/template/spec/containers/0/args");
    assertThat(ofKind("KafkaTopic").map(topic -> topic.at("/spec/partitions").asText()))
        .containsOnly(arguments.path(2).asText());
    assertThat(ofKind("KafkaTopic").map(topic -> topic.at("/spec/replicas").asText()))
        .containsOnly(arguments.path(4).asText());
  }

  @Test
  void imagesAreThoseThatTheBuildMakes() throws IOException {
    Set<String> built = new TreeSet<>();
    try (Stream<Path> poms =
        Files.find(INFRA.getParent(), 3, (file, is) -> file.endsWith("pom.xml"))) {
      for (Path pom : poms.toList()) {
        String text = Files.readString(pom);
        if (text.contains("<jib.skip>false</jib.skip>")) {
          built.add(first("</parent>\\s*<artifactId>([\\w-]+)<", text));
        }
      }
    }
    Set<String> used =
        everywhere("image").stream()
            .map(image -> image.asText().replaceFirst(":.*", ""))
            .filter(image -> image.startsWith("hydra-"))
            .collect(toSet());
    assertThat(used).isEqualTo(built);
    assertThat(Files.readString(INFRA.resolve("kubernetes/example/kustomization.yaml")))
        .contains(
            ofKind("Deployment").map(this::image).filter(built::contains).toArray(String[]::new));
    String version = first("<version>([^<]+)</version>\\s*<packaging>", pom());
    assertThat(ofKind("FlinkDeployment").map(job -> job.at("/spec/job/jarURI").asText()))
        .containsExactly(
            "local:///opt/flink/usrlib/hydra-stream-processor-%s-job.jar".formatted(version));
    assertThat(Files.readString(COMPOSE)).doesNotContainPattern("TAG:-(?!" + version + "})");
  }

  private String image(JsonNode workload) {
    return workload.findValuesAsText("image").get(0);
  }

  private static String pom() throws IOException {
    return Files.readString(INFRA.resolveSibling("pom.xml"));
  }

  private static String first(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .findFirst()
        .map(found -> found.group(1))
        .orElseThrow();
  }

  @Test
  void variablesAreOptions() throws IOException {
    Set<String> known = variables(Files.readString(GeneratedPage.docs().resolve("options.md")));
    known.addAll(FURTHER_VARIABLES);
    assertThat(known).containsAll(variables(resources.toString()));
    assertThat(known).containsAll(variables(Files.readString(COMPOSE)));
    assertThat(known).containsAll(variables(pom()));
  }

  private static Set<String> variables(String text) {
    return VARIABLE.matcher(text).results().map(MatchResult::group).collect(toSet());
  }

  @Test
  void probesAskTheOperationsPortOfTheImages() throws IOException {
    String port = first("<HYDRA_OPS_PORT>(\\d+)<", pom());
    List<JsonNode> probes =
        Stream.of("startupProbe", "livenessProbe", "readinessProbe")
            .flatMap(probe -> resources.stream().flatMap(each -> each.findValues(probe).stream()))
            .filter(probe -> probe.at("/httpGet/port").asText().equals("ops"))
            .toList();
    assertThat(probes).hasSize(4 * 3);
    assertThat(probes)
        .extracting(probe -> probe.at("/httpGet/path").asText())
        .containsOnly("/health/live", "/health/ready");
    assertThat(everywhere("ports").toString())
        .doesNotContainPattern(
            "\"name\":\"ops\",\"(container)?[pP]ort\":(?!%s\\b)".formatted(port));
    assertThat(Files.readString(COMPOSE)).contains("/dev/tcp/127.0.0.1/" + port);
    assertThat(Files.readString(INFRA.resolve("alerts/prometheus.yml")))
        .doesNotContainPattern("port: (?!%s\\b)".formatted(port));
  }

  @Test
  void whatIsMountedFromTheRepositoryIsThere() throws IOException {
    List<String> missing = new ArrayList<>();
    int mounted = 0;
    for (JsonNode volumes : everywhere("volumes")) {
      for (JsonNode volume : volumes) {
        if (volume.asText().startsWith(".")) {
          mounted++;
          Path file = COMPOSE.resolveSibling(volume.asText().replaceFirst(":.*", ""));
          if (!Files.exists(file)) {
            missing.add(volume.asText());
          }
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(mounted).isEqualTo(5);
  }

  @Test
  void servingIsScaledByALagThatTheMonitorShows() {
    List<String> queries =
        ofKind("ScaledObject")
            .map(scaled -> scaled.at("/spec/triggers/0/metadata/query").asText())
            .toList();
    assertThat(queries).hasSize(1);
    PromQl query = PromQl.of(queries.get(0));
    Map<String, List<String>> exposed =
        LagMetrics.ALL.stream().collect(toMap(Definition::name, Definition::labels));
    assertThat(query.metrics()).hasSize(1);
    for (String metric : query.metrics()) {
      assertThat(exposed).containsKey(metric);
      assertThat(exposed.get(metric)).containsAll(query.labels());
    }
    assertThat(queries.get(0)).contains("\"" + ConsumerGroups.SERVING + "\"");
  }

  @Test
  void servingHasTheTimeToFinishWhatIsUnderWay() throws IOException {
    int drain =
        Integer.parseInt(
            first(
                "`HYDRA_SERVING_DRAIN_TIMEOUT` \\| `(\\d+)s`",
                Files.readString(GeneratedPage.docs().resolve("options.md"))));
    Stream<JsonNode> graces =
        Stream.concat(
            ofKind("Deployment")
                .filter(each -> each.at("/metadata/name").asText().equals("serving"))
                .map(each -> each.at("/spec/template/spec/terminationGracePeriodSeconds"))
                .filter(grace -> !grace.isMissingNode()),
            Stream.of(YAML.readTree(COMPOSE.toFile()).at("/services/serving/stop_grace_period")));
    assertThat(graces.map(grace -> Integer.parseInt(grace.asText().replaceFirst("s$", ""))))
        .hasSize(2)
        .allMatch(grace -> grace >= drain + SERVING_CLOSES_SECONDS);
  }

  private static JsonNode composed(String service) throws IOException {
    return YAML.readTree(COMPOSE.toFile()).path("services").path(service);
  }

  @Test
  void nativeLibrariesCanBeLoadedAndHaveTheirMemory() throws IOException {
    for (JsonNode mounts : everywhere("tmpfs")) {
      assertThat(mounts).extracting(JsonNode::asText).containsOnly("/tmp:exec");
    }
    int heap = Integer.parseInt(first("MaxRAMPercentage=(\\d+)", pom()));
    for (String service : List.of("trainer", "serving")) {
      String limit = composed(service).path("mem_limit").asText();
      assertThat(limit).matches("\\d+g");
      long mib = 1024 * Long.parseLong(limit.replace("g", ""));
      assertThat(mib - mib * heap / 100).as(service).isGreaterThan(2 * NATIVES_MIB);
    }
  }

  @Test
  void aFileOfKeysThatIsReplacedIsSeen() throws IOException {
    String mount = composed("gateway").at("/volumes/0").asText();
    String keys = composed("gateway").at("/environment/HYDRA_GATEWAY_KEYS").asText();
    String folder = first("}:([^:]+):ro$", mount);
    assertThat(Path.of(keys).getParent()).as("a mounted file stays").hasToString(folder);
  }

  @Test
  void redisIsToldToStop() throws IOException {
    JsonNode command = composed("redis").path("command");
    assertThat(command.path(0).asText()).isEqualTo("sh");
    assertThat(command.path(2).asText()).startsWith("exec redis-server ").doesNotContain("|");
  }

  @Test
  void theStatusPageOfComposeKnowsWhatFlinkHasRead() throws IOException {
    String services = composed("lag-monitor").at("/environment/HYDRA_LAG_SERVICES").asText();
    assertThat(services).contains("stream-processor=http://taskmanager:9100/metrics");
    assertThat(YAML.readTree(COMPOSE.toFile()).path("services").properties())
        .extracting(Map.Entry::getKey)
        .containsAll(
            Pattern.compile("//([\\w-]+):")
                .matcher(services)
                .results()
                .map(host -> host.group(1))
                .toList());
  }

  @Test
  void noPodIsOpenToTheWholeCluster() {
    String name = "app.kubernetes.io/name";
    Set<String> listening =
        Stream.of("Deployment", "StatefulSet", "FlinkDeployment")
            .flatMap(this::ofKind)
            .flatMap(each -> each.at("/spec").findValues("labels").stream())
            .map(labels -> labels.path(name).asText())
            .collect(toSet());
    JsonNode closed =
        ofKind("NetworkPolicy")
            .filter(each -> each.at("/metadata/name").asText().equals("nobody"))
            .findFirst()
            .orElseThrow()
            .at("/spec/podSelector/matchExpressions/0");
    assertThat(closed.path("key").asText()).isEqualTo(name);
    assertThat(closed.path("values"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrderElementsOf(listening);
  }
}
