package io.hydra.infra.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.lag.Report;
import io.hydra.infra.lag.Status;
import io.hydra.infra.output.Json;
import io.hydra.infra.stack.Component;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.StreamSupport;

/**
 * The news that an operator gets of a running stack, by {@code hydra lag} and by the status page.
 */
final class Told {
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI address;

  Told(String statusUrl) {
    this.address = URI.create(statusUrl);
  }

  /** The reason why a group's records wait; empty if none is given. */
  String why(String group) {
    String why = group(group).why();
    return why == null ? "" : why;
  }

  boolean isOk(String group) {
    return group(group).status() == Status.OK;
  }

  /** READY, NOT_READY or SILENT. */
  String state(Component component) {
    return StreamSupport.stream(overview().path("services").spliterator(), false)
        .filter(service -> service.path("name").asText().equals(component.id()))
        .map(service -> service.path("state").asText())
        .findFirst()
        .orElse("");
  }

  /** Tells whether any service waits for a dependency. */
  boolean isSomethingAway() {
    JsonNode gauges = overview().at("/figures/gauges/hydra_outage");
    return StreamSupport.stream(gauges.spliterator(), false).anyMatch(each -> each.asDouble() > 0);
  }

  /** The rise of a counter in a second, over its labels. */
  double perSecond(String counter) {
    JsonNode labels = overview().at("/figures/counters/" + counter);
    return StreamSupport.stream(labels.spliterator(), false)
        .mapToDouble(each -> each.path("perSecond").asDouble())
        .sum();
  }

  private Report.Group group(String name) {
    try {
      return Report.parse(get("/lag")).groups().stream()
          .filter(group -> group.group().equals(name))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode overview() {
    try {
      return Json.parse(get("/overview"), JsonNode.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String get(String path) {
    try {
      return http.send(
              HttpRequest.newBuilder(address.resolve(path)).build(), BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
