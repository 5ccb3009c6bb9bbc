package io.hydra.rules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.hydra.schemas.store.FencedHeads;
import io.hydra.schemas.store.RedisHistoryStore;
import io.hydra.schemas.store.Responses;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The module table: who may know what. Modules meet in topics, Redis keys and the contract alone.
 */
@AnalyzeClasses(packages = "io.hydra", importOptions = MainClasses.class)
class ModuleRulesTest {
  private static final String SCHEMAS = "io.hydra.schemas..";
  private static final String STORE = "io.hydra.schemas.store..";
  private static final String RUNTIME = "io.hydra.runtime..";
  private static final String DATASETS = "io.hydra.datasets..";
  private static final String INGEST = "io.hydra.ingest..";
  private static final String GATEWAY = "io.hydra.ingest.gateway..";
  private static final String STREAM = "io.hydra.stream..";
  private static final String MODEL = "io.hydra.model..";
  private static final String LLM = "io.hydra.llm..";
  private static final String TRAINER = "io.hydra.trainer..";
  private static final String EVALUATION = "io.hydra.evaluation..";
  private static final String SERVING = "io.hydra.serving..";
  private static final String LAG = "io.hydra.infra.lag..";
  private static final String BENCH = "io.hydra.infra.bench..";
  private static final String INFRA = "io.hydra.infra..";

  @ArchTest
  static final ArchRule everyModuleWasLookedAt =
      classes()
          .that()
          .haveFullyQualifiedName("io.hydra.stream.StreamProcessor")
          .or()
          .haveFullyQualifiedName("io.hydra.trainer.TrainerMain")
          .or()
          .haveFullyQualifiedName("io.hydra.trainer.base.TrainBaseMain")
          .or()
          .haveFullyQualifiedName("io.hydra.llm.OpenAiLlm")
          .or()
          .haveFullyQualifiedName("io.hydra.evaluation.EvaluateMain")
          .or()
          .haveFullyQualifiedName("io.hydra.serving.ServingMain")
          .or()
          .haveFullyQualifiedName("io.hydra.ingest.gateway.GatewayMain")
          .or()
          .haveFullyQualifiedName("io.hydra.infra.bench.BenchMain")
          .or()
          .haveFullyQualifiedName("io.hydra.infra.lag.LagMonitorMain")
          .should()
          .bePublic();

  @ArchTest
  static final ArchRule schemasKnowNobody =
      noClasses()
          .that()
          .resideInAPackage(SCHEMAS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              RUNTIME, DATASETS, INGEST, STREAM, MODEL, LLM, TRAINER, SERVING, INFRA);

  @ArchTest
  static final ArchRule theRuntimeKnowsTheContractAlone =
      noClasses()
          .that()
          .resideInAPackage(RUNTIME)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(INGEST, STREAM, MODEL, LLM, TRAINER, SERVING, INFRA);

  @ArchTest
  static final ArchRule datasetsKnowTheContractAlone =
      noClasses()
          .that()
          .resideInAPackage(DATASETS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              RUNTIME,
              INGEST,
              STREAM,
              MODEL,
              LLM,
              TRAINER,
              SERVING,
              INFRA,
              "org.apache.kafka..",
              "redis..");

  /**
   * Files are read by what loads, trains and measures; nothing that answers or keeps histories
   * knows one.
   */
  @ArchTest
  static final ArchRule filesAreReadNeitherByServingNorByTheStreamProcessor =
      noClasses()
          .that()
          .resideInAnyPackage(SERVING, STREAM, MODEL, LLM, RUNTIME)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(DATASETS);

  @ArchTest
  static final ArchRule ingestKnowsNoFlinkModelOrRedis =
      noClasses()
          .that()
          .resideInAPackage(INGEST)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              STREAM,
              MODEL,
              LLM,
              TRAINER,
              SERVING,
              INFRA,
              "org.apache.flink..",
              "ai.djl..",
              "redis..");

  /** Apps have it on their class path: what it depends on, they depend on. */
  @ArchTest
  static final ArchRule theJavaClientKnowsTheContractAlone =
      noClasses()
          .that()
          .resideInAnyPackage("io.hydra.ingest", "io.hydra.ingest.load..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(GATEWAY, RUNTIME, STORE, "org.eclipse.jetty..", "picocli..");

  @ArchTest
  static final ArchRule theGatewayIsImportedByNobody =
      noClasses()
          .that()
          .resideOutsideOfPackage(GATEWAY)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(GATEWAY, "org.eclipse.jetty..");

  @ArchTest
  static final ArchRule streamProcessorKnowsNoLlmNoModelAndNoOtherProgram =
      noClasses()
          .that()
          .resideInAPackage(STREAM)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              INGEST, MODEL, LLM, TRAINER, SERVING, INFRA, "com.openai..", "ai.djl..");

  @ArchTest
  static final ArchRule theModelKnowsNoKafkaRedisLlmOrNetwork =
      noClasses()
          .that()
          .resideInAPackage(MODEL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              INGEST,
              STREAM,
              LLM,
              TRAINER,
              SERVING,
              INFRA,
              "org.apache.kafka..",
              "redis..",
              "com.openai..",
              "java.net..");

  @ArchTest
  static final ArchRule theLlmClientKnowsNoProgramNoKafkaAndNoRedis =
      noClasses()
          .that()
          .resideInAPackage(LLM)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              INGEST, STREAM, TRAINER, SERVING, INFRA, "org.apache.kafka..", "redis..");

  /** Any other client of that library would obey OPENAI_LOG, and log what was said. */
  @ArchTest
  static final ArchRule theOneLlmClientAloneKnowsOpenAi =
      noClasses()
          .that()
          .resideOutsideOfPackage(LLM)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.openai..", "okhttp3..");

  /** Spans have one home, which keeps users out of their attributes. */
  @ArchTest
  static final ArchRule theRuntimeAloneKnowsOpenTelemetry =
      noClasses()
          .that()
          .resideOutsideOfPackage(RUNTIME)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.opentelemetry..");

  /** It watches any cluster, ours or not. */
  @ArchTest
  static final ArchRule theLagMonitorKnowsKafkaAlone =
      noClasses()
          .that()
          .resideInAPackage(LAG)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              STORE,
              "io.hydra.schemas.avro..",
              "io.hydra.schemas.topic..",
              INGEST,
              STREAM,
              MODEL,
              LLM,
              TRAINER,
              SERVING,
              "io.hydra.infra.stack..",
              "io.hydra.infra.broker..");

  @ArchTest
  static final ArchRule trainerAndEvaluationKnowNoFlinkAndNoOtherProgram =
      noClasses()
          .that()
          .resideInAnyPackage(TRAINER, EVALUATION)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(INGEST, STREAM, SERVING, "org.apache.flink..");

  @ArchTest
  static final ArchRule theEvaluationIsImportedByNobody =
      noClasses()
          .that()
          .resideOutsideOfPackage(EVALUATION)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(EVALUATION);

  @ArchTest
  static final ArchRule theEvaluationKnowsNoProgramOfTheTrainer =
      noClasses()
          .that()
          .resideInAPackage(EVALUATION)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(TRAINER);

  @ArchTest
  static final ArchRule theEvaluationKnowsNoKafkaNoRedisAndNoLlmClient =
      noClasses()
          .that()
          .resideInAPackage(EVALUATION)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "redis..", "com.openai..");

  @ArchTest
  static final ArchRule servingKnowsNoFlinkNoStreamsAndNoOtherProgram =
      noClasses()
          .that()
          .resideInAPackage(SERVING)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              INGEST, STREAM, TRAINER, INFRA, "org.apache.flink..", "org.apache.kafka.streams..");

  @ArchTest
  static final ArchRule servingFitsNoHeadAndTrainsNoBase =
      noClasses()
          .that()
          .resideInAPackage(SERVING)
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.hydra.model.head.HeadFitter")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.hydra.model.base.BaseTrainer");

  @ArchTest
  static final ArchRule onlyTheStreamProcessorWritesHistories =
      onlyKnows(RedisHistoryStore.class, STREAM, BENCH);

  @ArchTest static final ArchRule onlyTheTrainerWritesHeads = onlyKnows(FencedHeads.class, TRAINER);

  @ArchTest static final ArchRule onlyServingRecordsResponses = onlyKnows(Responses.class, SERVING);

  /** Else the rules above would say nothing. */
  @Test
  void eachOfThemKnowsItsWriter() {
    JavaClasses all =
        new ClassFileImporter().withImportOption(new MainClasses()).importPackages("io.hydra");
    assertThat(
            Stream.of(RedisHistoryStore.class, FencedHeads.class, Responses.class)
                .map(writer -> onlyKnows(writer).evaluate(all).hasViolation()))
        .containsOnly(true);
  }

  @ArchTest
  static final ArchRule onlyTheStreamProcessorKnowsFlink =
      noClasses()
          .that()
          .resideOutsideOfPackage(STREAM)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink..");

  @ArchTest
  static final ArchRule infraIsImportedByNobody =
      noClasses()
          .that()
          .resideOutsideOfPackages(INFRA, EVALUATION)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(INFRA);

  /** It answers in the evaluation's own process where no other LLM is named. */
  @ArchTest
  static final ArchRule theEvaluationKnowsTheSimulatedLlmAloneOfThese =
      noClasses()
          .that()
          .resideInAPackage(EVALUATION)
          .should()
          .dependOnClassesThat(
              resideInAPackage(INFRA).and(resideOutsideOfPackage("io.hydra.infra.llm..")));

  @ArchTest
  static final ArchRule theBenchIsImportedByNobody =
      noClasses()
          .that()
          .resideOutsideOfPackage(BENCH)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(BENCH);

  @ArchTest
  static final ArchRule packagesOfTheModelHaveNoCycles =
      SlicesRuleDefinition.slices().matching("io.hydra.model.(*)..").should().beFreeOfCycles();

  @Test
  void aWriterElsewhereIsFoundAlsoIfItNamesTheMethodOnly() {
    for (Class<?> writer : List.of(Caller.class, Referrer.class)) {
      assertThat(
              onlyServingRecordsResponses
                  .evaluate(new ClassFileImporter().importClasses(writer))
                  .hasViolation())
          .isTrue();
    }
  }

  private record Caller() {
    Responses open() {
      return new Responses(Duration.ZERO);
    }
  }

  private record Referrer() {
    Function<Duration, Object> open() {
      return Responses::new;
    }
  }

  /** Keys of Redis are not public; what is, are readers, and one writer for each part. */
  private static ArchRule onlyKnows(Class<?> writer, String... packages) {
    return noClasses()
        .that(
            resideOutsideOfPackages(
                Stream.concat(Stream.of(STORE), Stream.of(packages)).toArray(String[]::new)))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(writer);
  }
}
