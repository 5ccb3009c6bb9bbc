package io.hydra.stream.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the REST that a local run has. */
class ReadOnlyRestTest {
  private static final String JOB = "0123456789abcdef0123456789abcdef";
  private static final String MULTIPART =
      "--b\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"a.jar\"\r\n"
          + "Content-Type: application/x-java-archive\r\n\r\nPK\r\n--b--\r\n";

  @TempDir static Path dir;
  private static MiniCluster cluster;
  private static URI rest;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    Configuration conf = new FlinkSettings(1, null, dir.toString(), 0, null).forLocalCluster();
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(conf)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build());
    cluster.start();
    rest = cluster.getRestAddress().get();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(rest.resolve(path))
            .header("Origin", "https://example.com")
            .header("Content-Type", "multipart/form-data; boundary=b")
            .method(method, BodyPublishers.ofString(method.equals("GET") ? "" : MULTIPART));
    return http.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void howTheJobDoesCanBeRead() throws Exception {
    HttpResponse<String> response = send("GET", "/jobs/overview");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("\"jobs\"");
    assertThat(send("GET", "/overview").statusCode()).isEqualTo(200);
    // No such job, but the question passes.
    assertThat(send("GET", "/jobs/" + JOB + "/checkpoints").statusCode()).isEqualTo(404);
  }

  @Test
  void noOtherOriginMayReadIt() throws Exception {
    assertThat(send("GET", "/jobs/overview").headers().allValues("access-control-allow-origin"))
        .doesNotContain("*", "https://example.com", "null");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /jars/upload",
    "POST, /v1/jars/upload",
    "POST, /jobs",
    "GET, /jobs/" + JOB + "/yarn-cancel",
    "GET, /v1/jobs/" + JOB + "/yarn-cancel",
    "GET, /jobs/" + JOB + "/%79arn-cancel",
    "GET, /jobs/" + JOB + "/yarn-stop",
    "PATCH, /jobs/" + JOB,
    "POST, /jobs/" + JOB + "/savepoints",
    "POST, /jobs/" + JOB + "/stop",
    "DELETE, /cluster",
    "GET, /jobmanager/config",
    "GET, /jobmanager/logs",
    "GET, /jars",
  })
  void commandsAndTheMachinesOwnDataAreRefused(String method, String path) throws Exception {
    assertThat(send(method, path).statusCode()).isEqualTo(403);
  }

  @Test
  void aNameThatWasMadeToLeadHereIsRefused() throws IOException {
    assertThat(ReadOnlyRest.isReadable("GET", "/jobs/overview", "127.0.0.1:1234")).isTrue();
    assertThat(ReadOnlyRest.isReadable("GET", "/jobs/overview?a=b", "localhost")).isTrue();
    assertThat(ReadOnlyRest.isReadable("GET", "/jobs/overview", "evil.example:1234")).isFalse();
    assertThat(ReadOnlyRest.isReadable("GET", "/jobs/overview", "127.0.0.1.evil.example"))
        .isFalse();
    assertThat(ReadOnlyRest.isReadable("GET", "/jobs/overview", null)).isFalse();
  }
}
