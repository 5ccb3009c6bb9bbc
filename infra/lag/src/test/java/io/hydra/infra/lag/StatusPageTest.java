package io.hydra.infra.lag;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.hydra.infra.lag.cluster.ClusterState.Problem;
import io.hydra.infra.lag.services.Services;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.runtime.ops.Health;
import io.hydra.runtime.time.ManualTime;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The page that operators see: its data, and what its script makes of them. */
class StatusPageTest {
  private static final Pattern ELSEWHERE = Pattern.compile("https?://|@import|url\\(");

  private final ManualTime time = new ManualTime();
  private final LagOptions options = LagMonitorTest.options("--cluster-name", "main");
  private Services services = new Services(Map.of(), time::nanos);
  private Report report;
  private String trouble;

  private static Report.Partition partition(
      Long position, Long lag, Double seconds, Status status) {
    return partition("hydra.events", position, lag, seconds, status);
  }

  private static Report.Partition partition(
      String topic, Long position, Long lag, Double seconds, Status status) {
    return new Report.Partition(
        topic,
        0,
        position,
        null,
        0,
        500,
        0,
        lag,
        seconds,
        0,
        null,
        true,
        ManualTime.START,
        false,
        status,
        Report.Trend.GROWING,
        2,
        3);
  }

  private static Report.Group group(String name, Report.Partition partition) {
    return new Report.Group(
        name, GroupType.CLASSIC, GroupState.STABLE, 1, null, List.of(partition));
  }

  private void read(Report.Group... groups) {
    report =
        new Report(
            "main",
            time.instant(),
            1,
            1,
            List.of(groups),
            List.of(new Problem("secret", "may not be read")));
  }

  private String overview() throws Exception {
    StatusPage page = new StatusPage(options, services, time, time::nanos);
    if (report != null) {
      page.add(report);
    }
    time.advance(Duration.ofSeconds(3));
    StringWriter json = new StringWriter();
    page.overview(new StatusPage.Reading(report, trouble)).writeJson(json);
    return json.toString();
  }

  private DrawnPage drawn() throws Exception {
    return new DrawnPage(overview());
  }

  @Test
  void theDataTellUnknownFromZeroAndTheirAge() throws Exception {
    read(
        group("hydra-stream-processor", partition(500L, 0L, 0.0, Status.OK)),
        group("other", partition(null, null, null, Status.NOT_FOUND)));

    JsonNode json = new ObjectMapper().readTree(overview());

    assertThat(json.at("/cluster/ageSeconds").asDouble()).isEqualTo(3);
    assertThat(json.at("/groups/0/lagSeconds").asText()).isEqualTo("0.0");
    assertThat(json.at("/groups/0/history")).hasSize(60);
    assertThat(json.at("/groups/0/history/59").asText()).isEqualTo("0.0");
    assertThat(json.at("/groups/0/history/58").isNull()).isTrue();
    assertThat(json.at("/groups/1/lagSeconds").isNull()).isTrue();
    assertThat(json.at("/groups/1/history/59").isNull()).isTrue();
    assertThat(json.path("services").isNull()).as("none is configured").isTrue();
    assertThat(json.findValue("partitions")).isNull();
  }

  @Test
  void aPageOfManyGroupsShowsTheWorst() throws Exception {
    read(
        IntStream.range(0, 300)
            .mapToObj(i -> group("g" + i, partition(0L, 500L, 1.0, Status.OK)))
            .toArray(Report.Group[]::new));

    assertThat(new ObjectMapper().readTree(overview()).path("groups")).hasSize(100);
    assertThat(drawn().part("groups")).contains("g99 ", "200 more are at /lag.");
  }

  @Test
  void aGroupsRowSaysHowFarBehindItIsAndWhy() throws Exception {
    read(group("payments", partition(100L, 400L, 75.0, Status.WARN)));

    assertThat(drawn().part("groups"))
        .contains("payments classic · stable · 1 member")
        .contains("! warn", "75 s", "400 records", "↗ growing", "does not catch up", "at most 75 s")
        .contains("falls behind in hydra.events-0: 2 records/s are read, 3/s come in");
    assertThat(drawn().part("headline")).isEqualTo("2 things to look at");
    assertThat(drawn().part("attention"))
        .contains("payments falls behind", "secret may not be read");
  }

  @Test
  void aGroupOfAnothersThatHasEndedIsShownAndNotJudged() throws Exception {
    for (String name : List.of("kcat-of-yesterday", "hydra-serving")) {
      Report.Partition stopped = partition(100L, 400L, 75.0, Status.STOP);
      read(
          new Report.Group(
              name, GroupType.CLASSIC, GroupState.EMPTY, 0, ManualTime.START, List.of(stopped)));
      boolean ours = name.equals("hydra-serving");
      DrawnPage page = drawn();
      assertThat(page.part("groups")).contains(name, "400 records", ours ? "✕ error" : "no member");
      assertThat(page.part("attention").contains(name)).isEqualTo(ours);
    }
  }

  @Test
  void whatIsNotKnownIsNeverShownAsZero() throws Exception {
    read(group("other", partition(null, null, null, Status.NOT_FOUND)));
    DrawnPage page = drawn();

    assertThat(page.part("groups"))
        .contains("— not known: the record at the group's offset could not be read")
        .contains("— not known: no lag was read in the last ten minutes");
    assertThat(page.part("flow"))
        .contains("— not known: no group reads this topic, or it was read once so far")
        .contains("— not known: no services are configured (--service of the monitor)")
        .doesNotContain("0/s");
    assertThat(page.part("counts")).doesNotContain("0");
    assertThat(page.part("processes")).startsWith("Not configured: ");
  }

  @Test
  void aClusterThatCannotBeReadIsToldAndNoOldLagShown() throws Exception {
    trouble = "Timed out";
    DrawnPage page = drawn();

    assertThat(page.part("attention")).contains("cluster main Timed out");
    assertThat(page.part("age")).isEqualTo("lag not read");
    assertThat(page.part("groups")).startsWith("Not known");
  }

  @Test
  void aMonitorThatDoesNotAnswerIsToldWithTheAgeOfWhatShows() throws Exception {
    read(group("payments", partition(500L, 0L, 0.0, Status.OK)));

    assertThat(drawn().part("headline", 42)).isEqualTo("The monitor does not answer");
    assertThat(drawn().part("attention", 42)).contains("no answer for 42 s");
  }

  @Test
  void aCanaryThatDoesNotPassIsTheFirstThingToLookAt() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    int[] rounds = {0};
    server.createContext(
        "/metrics",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange
              .getResponseBody()
              .write(
                  """
                  hydra_canary_passed_age_seconds 300
                  hydra_canary_interval_seconds 60
                  hydra_canary_rounds_total{outcome="answer"} 3
                  hydra_canary_rounds_total{outcome="head"} %d
                  """
                      .formatted(rounds[0]++)
                      .getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.start();
    try {
      URI metrics = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/metrics");
      services = new Services(Map.of("gateway", metrics), time::nanos);
      services.read();
      time.advance(Duration.ofSeconds(5));
      services.read();
    } finally {
      server.stop(0);
    }
    read(group("payments", partition(100L, 400L, 75.0, Status.WARN)));
    DrawnPage page = drawn();
    assertThat(page.part("attention"))
        .startsWith(
            "canary no event and query has gone the whole way for 5 min; it fails at head: look at the trainer");
    assertThat(page.part("times")).contains("The canary, one round in 60 s, has not passed yet.");
  }

  @Test
  void aServiceThatDoesNotAnswerIsToldWithWhereToLook() throws Exception {
    services =
        new Services(Map.of("trainer", URI.create("http://127.0.0.1:1/metrics")), time::nanos);
    services.read();
    read(group("payments", partition(500L, 0L, 0.0, Status.OK)));

    assertThat(drawn().part("attention"))
        .contains("trainer nothing listens there: see whether it runs, and its log");
  }

  @Test
  void servicesTellRatesTimesAndCounts() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    int[] answers = {0};
    server.createContext(
        "/metrics",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          String text =
              """
              process_start_time_seconds 1767225480
              hydra_serving_queries_total{status="OK"} %1$d
              hydra_serving_queries_total{status="LLM_FAILED"} %1$d
              hydra_serving_llm_tokens_total{kind="prompt"} 5
              hydra_outage{dependency="Redis"} 1
              hydra_outage{dependency="the broker"} 0
              flink_taskmanager_job_task_operator_hydra_writes_effect_total{effect="entered"} 9
              flink_taskmanager_job_task_operator_hydra_writes_effect_total{effect="refused"} 1
              flink_taskmanager_job_task_operator_hydra_head_requests_reason_total{reason="delay"} %2$d
              flink_taskmanager_job_task_operator_hydra_verdicts_verdict_total{verdict="chose"} %1$d
              flink_taskmanager_job_task_operator_hydra_verdicts_verdict_total{verdict="rated"} %1$d
              flink_taskmanager_job_task_operator_KafkaSourceReader_topic_partition_currentOffset{topic="hydra.events",partition="0"} 449
              flink_taskmanager_job_task_operator_KafkaSourceReader_topic_partition_currentOffset{topic="hydra.events",partition="1"} -1
              hydra_canary_passed_age_seconds 12
              hydra_canary_interval_seconds 60
              hydra_canary_rounds_total{outcome="passed"} 2
              hydra_serving_stage_seconds_bucket{stage="total",le="0.2"} %1$d
              hydra_serving_stage_seconds_bucket{stage="total",le="+Inf"} %1$d
              """
                  .formatted(30 * answers[0], 50 * answers[0]++);
          exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.start();
    try {
      URI metrics = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/metrics");
      services = new Services(Map.of("serving", metrics), time::nanos);
      services.read();
      time.advance(Duration.ofSeconds(10));
      services.read();
    } finally {
      server.stop(0);
    }
    read(group("hydra-serving", partition("hydra.queries", 500L, 0L, 0.0, Status.OK)));
    DrawnPage page = drawn();

    assertThat(page.part("flow"))
        .contains("serving answers", "6/s", "hydra.queries 0 s behind")
        .as("requests of histories and verdicts")
        .contains("to 11/s verdicts 6/s hydra.head-requests")
        .as("of that topic alone")
        .doesNotContain("hydra.events 0 s behind");
    assertThat(page.part("times")).contains("query → response 100 ms 190 ms 198 ms 3/s");
    assertThat(page.part("counts"))
        .contains("ok 3/s 30", "llm failed 3/s 30", "prompt tokens 0/s 5")
        .contains("hydra.events.dlq: refused by the store 0/s 1")
        .doesNotContain("entered");
    assertThat(page.part("attention"))
        .contains("Responses by status llm failed 3/s", "Redis 1 service waits for it")
        .doesNotContain("the broker");
    assertThat(page.part("processes")).contains("serving answers", "0", "lag-monitor ✓ ready");
    assertThat(page.part("age")).isEqualTo("lag read 3 s ago, services 3 s ago");
    assertThat(page.part("times")).contains("The canary, one round in 60 s, passed 12 s ago.");
    FlinkPositions positions = new FlinkPositions(services::view);
    TopicPartition read = new TopicPartition("hydra.events", 0);
    assertThat(positions.position(FlinkPositions.GROUP, read)).isEqualTo(450);
    assertThat(positions.position("other", read)).isNull();
    assertThat(positions.position(FlinkPositions.GROUP, new TopicPartition("hydra.events", 1)))
        .as("it has read nothing since its start")
        .isNull();
  }

  private static String gains(String task, String history, int answers, double... gain) {
    String labels = "{task=\"%s\",history=\"%s\"}".formatted(task, history);
    return """
        hydra_trainer_gain_answers_total%1$s %2$d
        hydra_trainer_gain_mean%1$s %3$s
        hydra_trainer_gain_low%1$s %4$s
        hydra_trainer_gain_high%1$s %5$s
        """
        .formatted(labels, answers, gain[0], gain[1], gain[2]);
  }

  private void tell(Map<String, String> metricsByService) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Map<String, URI> addresses = new TreeMap<>();
    metricsByService.forEach(
        (name, text) -> {
          server.createContext(
              "/" + name,
              exchange -> {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
                exchange.close();
              });
          addresses.put(
              name, URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + name));
        });
    server.start();
    try {
      services = new Services(addresses, time::nanos);
      services.read();
    } finally {
      server.stop(0);
    }
    read(group("payments", partition(500L, 0L, 0.0, Status.OK)));
  }

  @Test
  void theCohortThatIsServedWorstIsToldWithItsAlert() throws Exception {
    tell(
        Map.of(
            "trainer",
            gains("LaMP_3", "all", 900, 0.04, 0.01, 0.07)
                + gains("LaMP_3", "no", 300, -0.09, -0.16, -0.02)
                + gains("LaMP_3", "1 to 5", 600, 0.1, 0.05, 0.15)
                + gains("news", "all", 50, -0.2, -0.3, -0.1)
                + "hydra_trainer_requests_total{outcome=\"fitted\"} 90\n"
                + "hydra_trainer_shifted_fits_total 3\n"));
    DrawnPage page = drawn();

    assertThat(page.part("worth"))
        .contains("LaMP_3, all users (900)", "LaMP_3, no events told (300)", "−0.090")
        .contains(
            "Worst cohort: LaMP_3, no events told, gain −0.090, between −0.160 and −0.020 (95 %), of"
                + " 300 answers.")
        .contains("Alerts: HydraCohortLoses, HydraPersonalizationHarms.")
        .contains("Gain over time", "hours ago")
        .contains("3 fits of 90 found that a user's behaviour had turned")
        .doesNotContain("fell back");
    assertThat(page.part("attention"))
        .contains("HydraCohortLoses users of LaMP_3 gain, but")
        .contains(
            "HydraPersonalizationHarms plain sampling's answers would serve users of news better");
  }

  @Test
  void ofSeveralTrainersTheGainOfMostAnswersIsShown() throws Exception {
    tell(
        Map.of(
            "trainer-1", gains("LaMP_3", "all", 900, 0.04, 0.01, 0.07),
            "trainer-2", gains("LaMP_3", "all", 90, 0.5, -0.1, 1)));
    assertThat(drawn().part("worth")).contains("+0.040").doesNotContain("+0.540", "+0.500");
    assertThat(drawn().part("attention")).doesNotContain("Hydra");
  }

  @Test
  void callsThatWereSavedAreToldWithTheTokensThatTheyWouldHaveTaken() throws Exception {
    tell(
        Map.of(
            "serving",
            """
            hydra_serving_queries_total{status="OK"} 90
            hydra_serving_queries_total{status="DEGRADED"} 10
            hydra_serving_queries_total{status="LLM_FAILED"} 7
            hydra_serving_unasked_total 60
            hydra_serving_llm_tokens_total{kind="prompt"} 11000
            hydra_serving_llm_tokens_total{kind="completion"} 1000
            """));
    assertThat(drawn().part("worth"))
        .contains("Gains are not known")
        .contains("Since start 60 of 100 answers (60 %) needed no call of the LLM: about 18,000")
        .contains("at 300 for each of the others");
  }

  @Test
  void thePageIsWholeAndTakesNothingFromElsewhere() {
    Health health = new Health("fake", time, () -> "READY", () -> false, new Metrics());
    new StatusPage(options, services, time, time::nanos)
        .addTo(health, () -> new StatusPage.Reading(null, "not read yet"));

    assertThat(health.pages())
        .containsKeys(
            "/", "/theme.css", "/page.css", "/draw.js", "/plot.js", "/page.js", "/overview");
    assertThat(health.pages().get("/").get().contentType()).isEqualTo("text/html; charset=utf-8");
    String html = DrawnPage.file("page.html");
    assertThat(html).contains("href=\"page.css\"", "src=\"page.js\"").doesNotContain("style=");
    for (String file :
        List.of("page.html", "theme.css", "page.css", "draw.js", "plot.js", "page.js")) {
      String text = DrawnPage.file(file).replace("http://www.w3.org/2000/svg", "");
      assertThat(ELSEWHERE.matcher(text).find()).as(file).isFalse();
      assertThat(text).doesNotContain("innerHTML", "insertAdjacentHTML", "document.write");
    }
  }

  @Test
  void everyPartThatIsDrawnHasItsPlace() throws Exception {
    String html = DrawnPage.file("page.html");
    DrawnPage page = drawn();
    for (String part :
        List.of(
            "cluster",
            "age",
            "headline",
            "attention",
            "flow",
            "groups",
            "times",
            "counts",
            "worth",
            "processes")) {
      assertThat(html).containsOnlyOnce("id=\"" + part + "\"");
      assertThat(page.part(part)).isNotNull();
    }
  }
}
