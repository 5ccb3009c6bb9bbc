package io.hydra.infra.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/**
 * The module table: who may know what. Modules meet in topics, Redis keys and the contract alone.
 */
@AnalyzeClasses(packages = "io.hydra", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleRulesTest {
  private static final String SCHEMAS = "io.hydra.schemas..";
  private static final String INGEST = "io.hydra.ingest..";
  private static final String STREAM = "io.hydra.stream..";
  private static final String MODEL = "io.hydra.model..";
  private static final String TRAINER = "io.hydra.trainer..";
  private static final String SERVING = "io.hydra.serving..";
  private static final String INFRA = "io.hydra.infra..";

  @ArchTest
  static final ArchRule everyModuleWasLookedAt =
      classes()
          .that()
          .haveFullyQualifiedName("io.hydra.stream.StreamProcessor")
          .or()
          .haveFullyQualifiedName("io.hydra.trainer.TrainerMain")
          .or()
          .haveFullyQualifiedName("io.hydra.serving.ServingMain")
          .should()
          .bePublic();

  @ArchTest
  static final ArchRule schemasKnowNobody =
      noClasses()
          .that()
          .resideInAPackage(SCHEMAS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(INGEST, STREAM, MODEL, TRAINER, SERVING, INFRA);

  @ArchTest
  static final ArchRule ingestKnowsNoFlinkModelOrRedis =
      noClasses()
          .that()
          .resideInAPackage(INGEST)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              STREAM, MODEL, TRAINER, SERVING, INFRA, "org.apache.flink..", "ai.djl..", "redis..");

  @ArchTest
  static final ArchRule streamProcessorCallsNoLlmAndTrainsNothing =
      noClasses()
          .that()
          .resideInAPackage(STREAM)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(INGEST, MODEL, TRAINER, SERVING, INFRA, "com.openai..", "ai.djl..");

  @ArchTest
  static final ArchRule theModelDoesNoNetworkIo =
      noClasses()
          .that()
          .resideInAPackage(MODEL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              INGEST,
              STREAM,
              TRAINER,
              SERVING,
              INFRA,
              "org.apache.kafka..",
              "redis..",
              "com.openai..",
              "java.net..");

  @ArchTest
  static final ArchRule trainerWritesNoHistories =
      noClasses()
          .that()
          .resideInAPackage(TRAINER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(INGEST, STREAM, SERVING, INFRA, "org.apache.flink..");

  @ArchTest
  static final ArchRule servingTrainsNothingAndWritesNoHistories =
      noClasses()
          .that()
          .resideInAPackage(SERVING)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              INGEST, STREAM, TRAINER, INFRA, "org.apache.flink..", "org.apache.kafka.streams..");

  @ArchTest
  static final ArchRule servingOnlyScores =
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
          .resideOutsideOfPackage(INFRA)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(INFRA);

  @ArchTest
  static final ArchRule packagesOfTheModelHaveNoCycles =
      SlicesRuleDefinition.slices().matching("io.hydra.model.(*)..").should().beFreeOfCycles();
}
