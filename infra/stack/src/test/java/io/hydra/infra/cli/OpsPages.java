package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** The pages by which the components of a running stack are watched. */
final class OpsPages {
  private final HttpClient http = HttpClient.newHttpClient();

  /** Live, ready, with metrics and a status; returns the services by name. */
  List<String> allAnswer(List<String> metricsUrls) throws IOException, InterruptedException {
    List<String> services = new ArrayList<>();
    for (String metrics : metricsUrls) {
      URI url = URI.create(metrics);
      assertThat(get(url.resolve("/health/live"))).isEqualTo("live\n");
      assertThat(get(url.resolve("/health/ready"))).isEqualTo("ready\n");
      assertThat(get(url)).contains("# HELP hydra_ready ", "\nhydra_ready 1.0\n", "jvm_memory");
      JsonNode status = Json.parse(get(url.resolve("/status")), JsonNode.class);
      assertThat(status.path("ready").asBoolean()).isTrue();
      assertThat(status.path("waitingFor")).isEmpty();
      services.add(status.path("service").asText());
    }
    return services;
  }

  String get(URI url) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    return response.body();
  }
}
