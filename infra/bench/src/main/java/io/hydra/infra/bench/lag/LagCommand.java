package io.hydra.infra.bench.lag;

import static java.util.stream.Collectors.toMap;

import io.hydra.infra.bench.StackBench;
import io.hydra.infra.bench.figure.Figures;
import io.hydra.infra.bench.load.BenchProducer;
import io.hydra.infra.lag.Report;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.EmbeddedStack;
import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.runtime.ops.OpsServer.Page;
import io.hydra.runtime.text.TextTable;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures what exact seconds of lag cost, of many groups that lag in every partition. */
@Command(
    name = "lag",
    description = {
      "Measures a cycle of the lag monitor, in a process of its own with a heap of 64 MiB, against"
          + " producer timestamps that are known.",
      "In rounds in which every group has moved, every record is read; rounds in which none has"
          + " moved stand beside them: they cost what offsets alone cost. The ceiling is a consumer"
          + " that reads the same topic and does nothing else."
    })
public final class LagCommand extends StackBench {
  private static final String TOPIC = "lagging";
  private static final long SPACING_MS = 1_000;
  private static final long POLL_MS = 250;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Option(names = "--partitions", description = "Partitions of the topic.")
  private int partitions = 1_000;

  @Option(names = "--groups", description = "Groups, each lagging in every partition.")
  private int groups = 20;

  @Option(names = "--records", description = "Records of a partition, of 100 bytes.")
  private int records = 400;

  @Option(names = "--rounds", description = "Rounds in which all move, and in which none does.")
  private int rounds = 6;

  private LagCommand() {}

  @Override
  protected void check() {
    if (records < groups + rounds) {
      throw new UserException(
          "--records must be at least %d, so that all groups lag in all rounds"
              .formatted(groups + rounds));
    }
  }

  @Override
  protected void measure(EmbeddedStack stack)
      throws ExecutionException, IOException, InterruptedException {
    stack.startInfrastructure();
    KafkaConnection kafka = KafkaConnection.open(stack.endpoints().bootstrapServers(), "");
    try (Admin admin = kafka.openAdmin(PATIENCE)) {
      Instant first = Instant.now().minusMillis(records * SPACING_MS);
      fill(kafka, admin, first);
      err().printf("%,d partitions of %,d records are filled%n", partitions, records);
      move(admin, 0);
      stack.startLagMonitor(Map.of("HYDRA_LAG_GROUPS", "group-.*"));
      measure(stack, admin, first);
      out()
          .printf(
              "a bare consumer reads the %,d records in %,d ms%n",
              (long) partitions * records, readBare(kafka).toMillis());
    }
  }

  private void fill(KafkaConnection kafka, Admin admin, Instant first)
      throws ExecutionException, InterruptedException {
    admin.createTopics(List.of(new NewTopic(TOPIC, partitions, (short) 1))).all().get();
    awaitLogs(admin);
    try (BenchProducer producer =
        new BenchProducer(
            kafka.bootstrapServers(),
            // A broker that has just made a thousand logs is slow to take the first records.
            Map.of(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 600_000))) {
      byte[] value = new byte[100];
      // One partition after the other: few open batches, all of them full.
      for (int partition = 0; partition < partitions; partition++) {
        for (int i = 0; i < records; i++) {
          long at = first.toEpochMilli() + i * SPACING_MS;
          producer.send(new ProducerRecord<>(TOPIC, partition, at, null, value));
        }
      }
      producer.flush();
    }
  }

  /** A first batch that comes before its log is there would be overtaken by the second. */
  private void awaitLogs(Admin admin) throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> all =
        IntStream.range(0, partitions)
            .boxed()
            .collect(toMap(p -> new TopicPartition(TOPIC, p), p -> OffsetSpec.latest()));
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        admin.listOffsets(all).all().get();
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException) || Instant.now().isAfter(end)) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MS);
      }
    }
  }

  /** Spreads the groups over the log, each a record further in each round. */
  private void move(Admin admin, int round) throws ExecutionException, InterruptedException {
    List<AlterConsumerGroupOffsetsResult> results = new ArrayList<>();
    for (int group = 0; group < groups; group++) {
      OffsetAndMetadata offset = new OffsetAndMetadata(offset(group, round));
      results.add(
          admin.alterConsumerGroupOffsets(
              "group-" + group,
              IntStream.range(0, partitions)
                  .boxed()
                  .collect(toMap(p -> new TopicPartition(TOPIC, p), p -> offset))));
    }
    for (AlterConsumerGroupOffsetsResult result : results) {
      result.all().get();
    }
  }

  private long offset(int group, int round) {
    int spread = (records - rounds) / groups;
    return (long) group * spread + round;
  }

  private void measure(EmbeddedStack stack, Admin admin, Instant first)
      throws ExecutionException, InterruptedException, IOException {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "ROUND",
            "MOVED",
            "CYCLE ms",
            "CPU ms",
            "REQUESTS",
            "LAGGING",
            "UNKNOWN",
            "WORST ERROR ms",
            "RSS MiB"));
    String url = stack.endpoints().statusUrl() + "/lag";
    for (int round = 1; round <= rounds; round++) {
      move(admin, round);
      for (boolean moving : List.of(true, false)) {
        Duration before = cpu(stack);
        Report report = moving ? firstMoved(url, round) : after(url, Instant.now());
        Duration used = cpu(stack).minus(before);
        String moved = moving ? (total(report) == total(round) ? "all" : "in part") : "none";
        int lagging = 0;
        int unknown = 0;
        double worst = 0;
        for (Report.Group group : report.groups()) {
          for (Report.Partition partition : group.partitions()) {
            lagging++;
            if (partition.lagSeconds() == null) {
              unknown++;
            } else {
              long produced = first.toEpochMilli() + partition.position() * SPACING_MS;
              double age = report.at().toEpochMilli() - produced;
              worst = Math.max(worst, Math.abs(age - partition.lagSeconds() * 1000));
            }
          }
        }
        rows.add(
            List.of(
                Integer.toString(round),
                moved,
                Long.toString(report.tookMillis()),
                Long.toString(used.toMillis()),
                Long.toString(report.requests()),
                Integer.toString(lagging),
                Integer.toString(unknown),
                Figures.number(worst),
                Long.toString(
                    stack.process(Component.LAG_MONITOR).residentBytes().orElse(0) >> 20)));
        err().println("round " + round + ", moved: " + moved);
      }
    }
    out().print(TextTable.of(rows, column -> column != 1));
  }

  /** Of the monitor, its pages included. */
  private static Duration cpu(EmbeddedStack stack) {
    return ProcessHandle.of(stack.process(Component.LAG_MONITOR).pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  /** The whole topic by a consumer that does nothing else: what a round's records cost to read. */
  private Duration readBare(KafkaConnection kafka) {
    try (var consumer =
        new KafkaConsumer<>(
            kafka.with(Map.of()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(TOPIC, p)).toList();
      long start = System.nanoTime();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      for (long left = (long) partitions * records; left > 0; ) {
        left -= consumer.poll(PATIENCE).count();
      }
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }

  /** The sum of all positions once every group has moved. */
  private long total(int round) {
    return (long) partitions * IntStream.range(0, groups).mapToLong(g -> offset(g, round)).sum();
  }

  private static long total(Report report) {
    return report.groups().stream()
        .flatMap(group -> group.partitions().stream())
        .mapToLong(Report.Partition::position)
        .sum();
  }

  /** The first report of a round, which may have begun before all groups had moved. */
  private Report firstMoved(String url, int round) throws IOException, InterruptedException {
    return await(url, report -> total(report) > total(round - 1));
  }

  /** The first report whose cycle began after that moment. */
  private Report after(String url, Instant moment) throws IOException, InterruptedException {
    return await(url, report -> report.at().minusMillis(report.tookMillis()).isAfter(moment));
  }

  private Report await(String url, Predicate<Report> wanted)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(end)) {
      HttpResponse<String> page = get(url);
      if (page.statusCode() == Page.OK) {
        Report report = Report.parse(page.body());
        if (wanted.test(report)) {
          return report;
        }
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    throw new IOException("the lag monitor gave no report within " + PATIENCE);
  }
}
