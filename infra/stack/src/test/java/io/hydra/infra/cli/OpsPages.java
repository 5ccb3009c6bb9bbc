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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
      String text = get(url);
      assertThat(text).contains("# HELP hydra_ready ", "\nhydra_ready 1.0\n", "jvm_memory");
      assertThat(series(text)).doesNotHaveDuplicates();
      JsonNode status = Json.parse(get(url.resolve("/status")), JsonNode.class);
      assertThat(status.path("ready").asBoolean()).isTrue();
      assertThat(status.path("waitingFor")).isEmpty();
      services.add(status.path("service").asText());
    }
    return services;
  }

  /** The names of all series that the services expose. */
  Set<String> names(List<String> metricsUrls) throws IOException, InterruptedException {
    Set<String> names = new HashSet<>();
    for (String metrics : metricsUrls) {
      series(get(URI.create(metrics)))
          .forEach(series -> names.add(series.replaceFirst("[{ ].*", "")));
    }
    return names;
  }

  /** Name and labels of each, and the comments, which no scraper takes twice either. */
  private static List<String> series(String text) {
    return text.lines()
        .map(line -> line.startsWith("#") ? line : line.replaceFirst(" [^ ]+$", ""))
        .toList();
  }

  String get(URI url) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    return response.body();
  }
}
