package io.hydra.infra.cli;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.kafka.Subjects;
import io.hydra.infra.kafka.TopicInstaller;
import io.hydra.infra.kafka.TopicInstaller.Difference;
import io.hydra.infra.kafka.TopicInstaller.TopicSizes;
import io.hydra.infra.output.Json;
import io.hydra.runtime.kafka.KafkaConnection;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Topics and subjects of a cluster. */
@Command(
    name = "topics",
    description = {
      "Create the topics, dead-letter topics and registry subjects that are missing, with the"
          + " settings that the contract wants.",
      "What is there is never changed: where it differs, the difference and the remedy are told."
          + " Run again, it creates nothing."
    },
    exitCodeList = {
      "0:all is as the contract wants it",
      "1:something differs in the end, or it failed, and the output says what",
      "2:wrong usage"
    })
final class TopicsCommand extends HydraCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Mixin private DeploymentOptions where;

  @Option(names = "--check", description = "Only tell what is missing or differs")
  private boolean check;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "Partitions of each topic; topics that are there are compared with it. They bound how"
              + " many instances of a service share the work. Default: 4 for new topics, any"
              + " others")
  private Integer partitions;

  @Option(
      names = "--replication",
      paramLabel = "N",
      description =
          "Copies of each partition; topics that are there are compared with it. Default: the"
              + " brokers' own default for new topics, any others")
  private Integer replication;

  @Option(
      names = "--json",
      description =
          "Print {\"created\": [...], \"differences\": [{\"subject\", \"trouble\", \"remedy\"}]}")
  private boolean json;

  /** The topics and subjects created, and the differences left. */
  record Summary(List<String> created, List<Difference> differences) {}

  @Override
  public Integer call() throws InterruptedException {
    TopicSizes sizes =
        new TopicSizes(size("--partitions", partitions), size("--replication", replication));
    Deployment deployment = where.deployment();
    if (!check) {
      deployment.announce("creating what is missing in", err());
    }
    Summary summary = run(deployment.reachKafka(err()), sizes);
    PrintWriter out = out();
    if (json) {
      out.println(Json.write(summary));
    } else {
      summary.created().forEach(each -> out.println("created " + each));
      summary.differences().forEach(out::println);
      if (summary.differences().isEmpty()) {
        out.println("all topics and subjects are as the contract wants them");
      }
    }
    return summary.differences().isEmpty() ? 0 : 1;
  }

  private Summary run(KafkaConnection kafka, TopicSizes sizes) throws InterruptedException {
    try (SchemaRegistryClient registry = kafka.openRegistry();
        Admin admin = kafka.openAdmin(PATIENCE)) {
      TopicInstaller topics = new TopicInstaller(admin, sizes);
      Subjects subjects = new Subjects(registry);
      List<String> created = new ArrayList<>();
      if (!check) {
        created.addAll(topics.create());
        created.addAll(subjects.create());
      }
      List<Difference> differences = new ArrayList<>(topics.check());
      differences.addAll(subjects.check());
      return new Summary(created, differences);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private OptionalInt size(String option, Integer value) {
    if (value != null && (value < 1 || value > Short.MAX_VALUE)) {
      throw wrongUsage("%s must be 1 to %d".formatted(option, Short.MAX_VALUE));
    }
    return Stream.ofNullable(value).mapToInt(Integer::intValue).findFirst();
  }
}
