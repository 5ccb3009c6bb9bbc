package io.hydra.infra.lag;

import io.hydra.infra.lag.services.Services;
import io.hydra.runtime.ops.BrowserPage;
import io.hydra.runtime.ops.Health;
import io.hydra.runtime.ops.OpsServer.Page;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page for operators at {@code /}, with its parts beside it, and its data at {@code /overview}.
 * It keeps the little past that a fresh visitor sees.
 */
final class StatusPage {
  /** Files by path. */
  private static final Map<String, String> FILES =
      Map.of(
          "/", "page.html",
          "/theme.css", "theme.css",
          "/page.css", "page.css",
          "/draw.js", "draw.js",
          "/plot.js", "plot.js",
          "/page.js", "page.js");

  private final LagOptions options;
  private final Services services;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final long startedAt;
  private final LagHistory history;
  private final TopicRates topics;
  private final WorthHistory worth = new WorthHistory();

  /** The last report, and why there is none of now; either may be null. */
  record Reading(Report report, String trouble) {}

  StatusPage(LagOptions options, Services services, Clock clock, LongSupplier nanoTime) {
    this.options = options;
    this.services = services;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.startedAt = nanoTime.getAsLong();
    this.history = new LagHistory(options.interval());
    this.topics = new TopicRates(options.interval());
  }

  void addTo(Health health, Supplier<Reading> last) {
    FILES.forEach(
        (path, file) -> {
          BrowserPage.File content = BrowserPage.file(StatusPage.class, file);
          health.page(
              path,
              () -> new Page(Page.OK, content.contentType(), out -> out.write(content.text())));
        });
    health.page(
        "/overview", () -> new Page(Page.OK, "application/json", overview(last.get())::writeJson));
  }

  void add(Report report) {
    history.add(report);
    topics.add(report);
    Services.View view = services.view();
    if (view != null) {
      worth.add(report.at(), view.figures());
    }
  }

  Overview overview(Reading last) {
    Instant now = clock.instant();
    Report report = last.report();
    Services.View view = services.view();
    return new Overview(
        cluster(last, now),
        report == null ? null : groups(report, now),
        report == null ? Map.of() : topics(),
        services.isEmpty() ? null : view == null ? List.of() : processes(view, last.trouble(), now),
        view == null ? null : (nanoTime.getAsLong() - view.nanos()) / 1e9,
        view == null ? null : view.figures(),
        worth.of(now));
  }

  private Overview.Cluster cluster(Reading last, Instant now) {
    Report report = last.report();
    return new Overview.Cluster(
        options.cluster(),
        last.trouble(),
        report == null ? null : Duration.between(report.at(), now).toMillis() / 1000.0,
        report == null ? 0 : report.groups().size(),
        report == null
            ? List.of()
            : report.problems().stream().limit(Overview.MAX_PROBLEMS).toList());
  }

  private List<Overview.Group> groups(Report report, Instant now) {
    return report.groups().stream()
        .limit(Overview.MAX_GROUPS)
        .map(group -> Overview.Group.of(group, history.of(group.group(), now)))
        .toList();
  }

  private Map<String, Double> topics() {
    return topics.perSecond().entrySet().stream()
        .limit(Overview.MAX_TOPICS)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private List<Overview.Process> processes(Services.View view, String trouble, Instant now) {
    Stream<Overview.Process> watched =
        view.services().stream()
            .map(service -> Overview.Process.of(service, now.toEpochMilli() / 1000.0));
    // It does not ask itself over HTTP: its own metrics may be many megabytes.
    Overview.Process itself =
        new Overview.Process(
            "lag-monitor",
            (trouble == null ? Services.State.READY : Services.State.NOT_READY).name(),
            trouble == null ? List.of() : List.of("the cluster cannot be read"),
            (nanoTime.getAsLong() - startedAt) / 1e9,
            0);
    return Stream.concat(watched, Stream.of(itself)).toList();
  }
}
