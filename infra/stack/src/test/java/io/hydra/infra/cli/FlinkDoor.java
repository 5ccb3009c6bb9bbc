package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** The address of Flink in {@code endpoints.json}, tried as any web page could try it. */
final class FlinkDoor {
  private static final int OK = 200;
  private static final int FORBIDDEN = 403;

  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;

  FlinkDoor(String url) {
    this.url = url;
  }

  /** It tells how the job does, to nobody's page, and takes neither jars nor a cancellation. */
  void canOnlyBeRead() throws IOException, InterruptedException {
    HttpResponse<String> overview = send(request("/jobs/overview").GET());
    assertThat(overview.statusCode()).isEqualTo(OK);
    assertThat(overview.headers().firstValue("Access-Control-Allow-Origin").orElse(""))
        .isNotEqualTo("*");
    JsonNode job = Json.parse(overview.body(), JsonNode.class).path("jobs").path(0);
    assertThat(job.path("state").asText()).isEqualTo("RUNNING");

    String jar =
        "--x\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"evil.jar\"\r\n"
            + "Content-Type: application/x-java-archive\r\n\r\nnot a jar\r\n--x--\r\n";
    assertThat(
            send(request("/jars/upload")
                    .header("Content-Type", "multipart/form-data; boundary=x")
                    .POST(BodyPublishers.ofString(jar)))
                .statusCode())
        .isEqualTo(FORBIDDEN);
    String id = job.path("jid").asText();
    assertThat(send(request("/jobs/" + id + "/yarn-cancel").GET()).statusCode())
        .isEqualTo(FORBIDDEN);
    assertThat(
            send(request("/jobs/" + id + "?mode=cancel").method("PATCH", BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(FORBIDDEN);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
