package io.hydra.runtime.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.hydra.runtime.metrics.Metrics;
import io.hydra.runtime.ops.OpsServer.Page;
import io.hydra.runtime.retry.Outages;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The pages by which a service is watched.
 *
 * <ul>
 *   <li>{@code /health/live}: 503 only once the service cannot go on. A dependency that is away is
 *       waited for, and does not make it so.
 *   <li>{@code /health/ready}: 200 while it is warm and works, else 503 and why not.
 *   <li>{@code /metrics}: Prometheus' text; {@code /metrics?own} without what libraries bring.
 *   <li>{@code /status}: the same for people, as JSON: state, what it waits for, its own numbers.
 * </ul>
 */
public final class Health {
  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();
  private static final String VERSION = readVersion();

  private final String service;
  private final Clock clock;
  private final Instant startedAt;
  private final Supplier<String> state;
  private final BooleanSupplier failed;
  private final Metrics metrics;
  private final List<Condition> conditions = new CopyOnWriteArrayList<>();
  private final List<Page.Body> metricTexts = new CopyOnWriteArrayList<>();
  private final Map<String, Supplier<Page>> pages = new ConcurrentSkipListMap<>();

  private record Condition(String unmet, BooleanSupplier isMet) {}

  /**
   * @param state the state of the service: {@code READY}, or the reason why it is not
   * @param failed whether it cannot go on
   */
  public Health(
      String service,
      Clock clock,
      Supplier<String> state,
      BooleanSupplier failed,
      Metrics metrics) {
    this.service = service;
    this.clock = clock;
    this.startedAt = clock.instant();
    this.state = state;
    this.failed = failed;
    this.metrics = metrics;
    page("/health/live", this::live);
    page("/health/ready", this::ready);
    page("/metrics", () -> prometheus(metrics.scrape()));
    page("/metrics?own", () -> prometheus(metrics.scrapeOwn()));
    page("/status", this::status);
  }

  /**
   * Adds a condition of being ready.
   *
   * @param unmet the text shown while it is not met
   * @param isMet asked by the ops server's threads; it may wait for half a second at most
   */
  public void require(String unmet, BooleanSupplier isMet) {
    conditions.add(new Condition(unmet, isMet));
  }

  /** Adds metrics that another registry keeps, in Prometheus' text format 0.0.4. */
  public void expose(Page.Body prometheusText) {
    metricTexts.add(prometheusText);
  }

  /** Adds a page of the service's own. */
  public void page(String path, Supplier<Page> page) {
    pages.put(path, page);
  }

  /** The reasons why the service is not ready; empty if it is. */
  public List<String> unmet() {
    String now = state.get();
    if (!now.equals("READY")) {
      return List.of(now.toLowerCase(Locale.ROOT));
    }
    return conditions.stream().filter(c -> !c.isMet().getAsBoolean()).map(c -> c.unmet()).toList();
  }

  /** The pages by path; more may be added. */
  public Map<String, Supplier<Page>> pages() {
    return Collections.unmodifiableMap(pages);
  }

  private Page live() {
    return failed.getAsBoolean()
        ? Page.text(Page.UNAVAILABLE, "failed")
        : Page.text(Page.OK, "live");
  }

  private Page ready() {
    List<String> unmet = unmet();
    return unmet.isEmpty()
        ? Page.text(Page.OK, "ready")
        : Page.text(Page.UNAVAILABLE, String.join("\n", unmet));
  }

  private Page prometheus(String ours) {
    return new Page(
        Page.OK,
        Metrics.CONTENT_TYPE,
        out -> {
          out.write(ours);
          for (Page.Body text : metricTexts) {
            text.writeTo(out);
          }
        });
  }

  private Page status() {
    Instant now = clock.instant();
    List<String> unmet = unmet();
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("service", service);
    status.put("version", VERSION);
    status.put("startedAt", startedAt.toString());
    status.put("uptimeSeconds", Duration.between(startedAt, now).toSeconds());
    status.put("ready", unmet.isEmpty());
    status.put("notReady", unmet);
    List<Map<String, Object>> waitingFor = new ArrayList<>();
    for (Outages.Open outage : Outages.ofProcess().open()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dependency", outage.dependency());
      entry.put("since", now.minus(outage.lasted()).toString());
      entry.put("failedAttempts", outage.failures());
      waitingFor.add(entry);
    }
    status.put("waitingFor", waitingFor);
    status.put("numbers", metrics.own());
    try {
      String json = JSON.writeValueAsString(status) + "\n";
      return new Page(Page.OK, "application/json", out -> out.write(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of the jar; a folder of classes has none. */
  private static String readVersion() {
    Properties properties = new Properties();
    try (InputStream in =
        Health.class.getResourceAsStream("/META-INF/maven/io.hydra/hydra-runtime/pom.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      return "unknown";
    }
    return properties.getProperty("version", "unknown");
  }
}
