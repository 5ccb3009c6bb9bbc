package io.hydra.ingest.gateway;

import static io.hydra.ingest.gateway.http.ErrorStyle.OPENAI;
import static io.hydra.ingest.gateway.http.ErrorStyle.PROBLEM;

import io.hydra.ingest.gateway.auth.Role;
import io.hydra.ingest.gateway.events.EventTimes;
import io.hydra.ingest.gateway.events.EventsEndpoint;
import io.hydra.ingest.gateway.events.FeedbackEndpoint;
import io.hydra.ingest.gateway.events.Outcomes;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.ingest.gateway.http.Route;
import io.hydra.ingest.gateway.http.Shares;
import io.hydra.ingest.gateway.mcp.McpEndpoint;
import io.hydra.ingest.gateway.openai.ChatEndpoint;
import io.hydra.ingest.gateway.openai.ModelsEndpoint;
import io.hydra.ingest.gateway.openai.PassThrough;
import io.hydra.ingest.gateway.queries.Asked;
import io.hydra.ingest.gateway.queries.Queries;
import io.hydra.ingest.gateway.queries.QueriesEndpoint;
import io.hydra.ingest.gateway.users.UsersEndpoint;
import io.hydra.schemas.store.UserExports.UserExport;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Everything that can be called. {@code openapi.json} says the same, and a test that it does.
 *
 * @param readers runs reads of what is remembered
 * @param passThrough null if nothing is passed on
 * @param mcpWrites whether agents may be offered what changes something
 */
record Routes(
    Backend backend,
    Function<UserKey, UserExport> exports,
    Executor readers,
    Asked asked,
    Queries queries,
    EventsEndpoint.EventCounts counts,
    Clock clock,
    Duration queryTimeout,
    List<String> tasks,
    PassThrough passThrough,
    Outcomes outcomes,
    EventTimes times,
    boolean mcpWrites) {
  /** Users who are being read, or wait for it. */
  static final int EXPORTS = 34;

  private static final Reply API = describe();

  List<Route> all() {
    Shares room = new Shares("exports", EXPORTS, 1);
    UsersEndpoint users = new UsersEndpoint(backend, exports, readers, room, asked, clock);
    ModelsEndpoint models = new ModelsEndpoint(tasks);
    EventsEndpoint events = new EventsEndpoint(backend, times, tasks, counts);
    QueriesEndpoint asking = new QueriesEndpoint(queries, asked, clock, queryTimeout);
    FeedbackEndpoint feedback = new FeedbackEndpoint(backend, asked, outcomes, times);
    McpEndpoint mcp = new McpEndpoint(asking, asking::find, events, users::forget, mcpWrites);
    return List.of(
        new Route(
            "POST",
            "/v1/chat/completions",
            Role.QUERIES,
            OPENAI,
            new ChatEndpoint(queries, clock, queryTimeout, passThrough)),
        new Route("GET", "/v1/models", Role.QUERIES, OPENAI, models),
        new Route("GET", "/v1/models/{model}", Role.QUERIES, OPENAI, models),
        new Route("POST", "/v1/events", Role.EVENTS, PROBLEM, events).taking(),
        new Route("POST", "/v1/feedback", Role.EVENTS, PROBLEM, feedback).taking(),
        new Route("GET", "/v1/feedback/{id}", Role.EVENTS, PROBLEM, feedback::outcome)
            .taking("user_id"),
        new Route("POST", "/v1/queries", Role.QUERIES, PROBLEM, asking).taking(),
        new Route("GET", "/v1/responses/{id}", Role.QUERIES, PROBLEM, asking::find)
            .taking("user_id"),
        new Route("POST", "/mcp", Role.QUERIES, PROBLEM, mcp),
        new Route("GET", "/v1/users/{id}", Role.USERS, PROBLEM, users::export).taking(),
        new Route("DELETE", "/v1/users/{id}", Role.USERS, PROBLEM, users::forget).taking("up_to"),
        new Route("GET", "/", null, PROBLEM, TryPage::html),
        new Route("GET", "/page/{file}", null, PROBLEM, TryPage::part),
        new Route(
            "GET", "/openapi.json", null, PROBLEM, call -> CompletableFuture.completedFuture(API)));
  }

  private static Reply describe() {
    try (InputStream in = Routes.class.getResourceAsStream("openapi.json")) {
      return new Reply(Reply.OK, Reply.JSON, Map.of(), new Reply.Bytes(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
