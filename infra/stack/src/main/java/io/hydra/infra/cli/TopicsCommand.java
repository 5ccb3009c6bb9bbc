package io.hydra.infra.cli;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.Json;
import io.hydra.infra.StackException;
import io.hydra.infra.lag.Admins;
import io.hydra.infra.topic.Difference;
import io.hydra.infra.topic.TopicInstaller;
import io.hydra.infra.topic.TopicSizes;
import io.hydra.runtime.kafka.KafkaConnection;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Topics and subjects of a cluster. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = {
      "Create the topics, dead-letter topics and registry subjects that are missing, with the"
          + " settings that the contract wants.",
      "What is there is never changed: where it differs, the difference and the remedy are told.",
      "Exit code 1 if anything differs in the end. Run again, it creates nothing."
    })
final class TopicsCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Spec private CommandSpec spec;
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
      deployment.announce("creating what is missing in", spec.commandLine().getErr());
    }
    Summary summary = run(deployment.kafka(), sizes);
    PrintWriter out = spec.commandLine().getOut();
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
    try (SchemaRegistryClient registry = kafka.openRegistry()) {
      Admin admin = Admins.open(kafka, PATIENCE);
      try {
        TopicInstaller installer = new TopicInstaller(admin, registry, sizes);
        List<String> created = check ? List.of() : installer.create();
        return new Summary(created, installer.check());
      } finally {
        admin.close(Duration.ZERO);
      }
    } catch (KafkaException e) {
      throw new StackException(
          "no client can be made of %s: %s".formatted(kafka, e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private OptionalInt size(String option, Integer value) {
    if (value != null && (value < 1 || value > Short.MAX_VALUE)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "%s must be 1 to %d".formatted(option, Short.MAX_VALUE));
    }
    return Stream.ofNullable(value).mapToInt(Integer::intValue).findFirst();
  }
}
