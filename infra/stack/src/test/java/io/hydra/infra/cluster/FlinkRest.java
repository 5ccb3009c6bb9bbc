package io.hydra.infra.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;

/** The state of a Flink cluster by its REST interface, up to some seconds old. */
final class FlinkRest {
  private final HttpClient http = HttpClient.newHttpClient();
  private final String url;

  FlinkRest(int port) {
    this.url = "http://127.0.0.1:" + port;
  }

  /** Slots offered by task managers; 0 while the cluster does not answer. */
  int slots() {
    try {
      return get("/overview").path("slots-total").asInt();
    } catch (UncheckedIOException e) {
      return 0;
    }
  }

  /** {@code RUNNING}, {@code FINISHED}, ... */
  String state(String jobId) {
    return get("/jobs/" + jobId).path("state").asText();
  }

  /** Parallelism of each operator chain, by its name. */
  Map<String, Integer> parallelism(String jobId) {
    Map<String, Integer> parallelism = new HashMap<>();
    get("/jobs/" + jobId)
        .path("vertices")
        .forEach(v -> parallelism.put(v.path("name").asText(), v.path("parallelism").asInt()));
    return parallelism;
  }

  /** The settings of the job's checkpoints. */
  JsonNode checkpointConfig(String jobId) {
    return get("/jobs/" + jobId + "/checkpoints/config");
  }

  /** The checkpoint that the job resumed from; missing if from none. */
  JsonNode restored(String jobId) {
    return get("/jobs/" + jobId + "/checkpoints").path("latest").path("restored");
  }

  /** Checkpoints completed since the job was submitted. */
  int completedCheckpoints(String jobId) {
    return get("/jobs/" + jobId + "/checkpoints").path("counts").path("completed").asInt();
  }

  private JsonNode get(String path) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(path + " answers " + answer.statusCode() + ": " + answer.body());
      }
      return Json.parse(answer.body(), JsonNode.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
