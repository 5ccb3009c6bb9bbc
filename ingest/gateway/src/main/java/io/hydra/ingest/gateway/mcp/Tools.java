package io.hydra.ingest.gateway.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydra.ingest.gateway.auth.Role;
import io.hydra.ingest.gateway.http.Fields;
import io.hydra.ingest.gateway.http.Json;
import io.hydra.ingest.gateway.http.Route.Endpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tools. Each is an endpoint of the API under an agent's name, with its rules and refusals. */
public final class Tools {
  static final String FORGET = "forget";

  private static final String USER = "user_id";
  private static final String TASK = "task";
  private static final String INPUT = "input";
  private static final String OUTPUT = "output";
  private static final String QUERY = "query_id";
  private static final String EVENT = "event_id";

  private Tools() {}

  /**
   * @param queries {@code POST /v1/queries}
   * @param responses {@code GET /v1/responses/{id}}
   * @param events {@code POST /v1/events}
   * @param forgetting {@code DELETE /v1/users/{id}}
   */
  static List<Tool> of(Endpoint queries, Endpoint responses, Endpoint events, Endpoint forgetting) {
    return List.of(
        new Tool(
            "ask",
            "Answers an input in one user's own way. The answer has a query_id, which explain"
                + " takes.",
            Role.QUERIES,
            false,
            arguments(
                USER,
                "Whom to answer",
                TASK,
                "Which task, such as LaMP_3",
                INPUT,
                "What to answer"),
            List.of(),
            (caller, given) -> queries.answer(caller.with(given))),
        new Tool(
            "explain",
            "Tells how an answer of the last hour came about: the history items used, the"
                + " candidates with their scores, and what the user's own head contributed.",
            Role.QUERIES,
            false,
            arguments(USER, "Who was answered", QUERY, "Of the answer"),
            List.of(),
            (caller, given) -> {
              Fields fields = Fields.of(given);
              String query = fields.text(QUERY);
              Map<String, String> user = Map.of(USER, fields.text(USER));
              fields.refuseOthers();
              return responses.answer(caller.at(query, user));
            }),
        new Tool(
            "remember",
            "Adds to a user's history what they saw and what they made of it; their head learns"
                + " from it within a second.",
            Role.EVENTS,
            true,
            arguments(
                USER,
                "Whose history",
                TASK,
                "Which task, such as LaMP_3",
                INPUT,
                "What they saw",
                OUTPUT,
                "What they made of it: a tag, stars, a headline",
                EVENT,
                "Told again under the same id, it counts once"),
            List.of(EVENT),
            (caller, given) -> events.answer(caller.with(event(given)))),
        new Tool(
            FORGET,
            "Forgets everything of a user up to now, for good.",
            Role.USERS,
            true,
            arguments(USER, "Whom to forget"),
            List.of(),
            (caller, given) -> {
              Fields fields = Fields.of(given);
              String user = fields.text(USER);
              fields.refuseOthers();
              return forgetting.answer(caller.at(user, Map.of()));
            }));
  }

  private static ObjectNode event(ObjectNode given) {
    Fields fields = Fields.of(given);
    ObjectNode event = Json.object().put(USER, fields.text(USER)).put(TASK, fields.text(TASK));
    if (fields.has(EVENT)) {
      event.put(EVENT, fields.text(EVENT));
    }
    event.putObject("interaction").put(INPUT, fields.text(INPUT)).put(OUTPUT, fields.text(OUTPUT));
    fields.refuseOthers();
    return event;
  }

  private static Map<String, String> arguments(String... namesAndTexts) {
    Map<String, String> arguments = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      arguments.put(namesAndTexts[i], namesAndTexts[i + 1]);
    }
    return arguments;
  }
}
