package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.hydra.infra.cli.QuickstartCommand.Snippet;
import io.hydra.infra.fault.TrialStack;
import io.hydra.infra.output.Json;
import io.hydra.infra.stack.Endpoints;
import io.hydra.infra.stack.GatewayKey;
import io.hydra.schemas.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** Apps of the tenant demo that know nothing but the gateway's address and their key. */
final class AppsByHttp {
  private static final Duration ROUND = Duration.ofMillis(50);

  private final Endpoints endpoints;
  private final String key;
  private final Scripts scripts;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * @param dir of the stack
   */
  AppsByHttp(Endpoints endpoints, Path dir) {
    this.endpoints = endpoints;
    this.key = GatewayKey.read(dir);
    this.scripts = new Scripts(endpoints, key, dir);
  }

  /** From an event to a history, an answer and a verdict; then forgotten. */
  void goTheWholeWay(String task, String input, String output) throws Exception {
    String event =
        "{\"event_id\":\"e-1\",\"user_id\":\"web\",\"task\":\"%s\",\"interaction\":{\"input\":\"%s\",\"output\":\"%s\"}}"
            .formatted(task, input, output);
    assertThat(send("POST", "/v1/events", "[" + event + "," + event + "]").statusCode())
        .isEqualTo(202);
    await("/v1/users/web", export -> export.path("tasks").path(0).path("items").size() == 1);

    String query =
        "{\"query_id\":\"web-1\",\"user_id\":\"web\",\"task\":\"%s\",\"input\":\"%s\",\"min_history_version\":1}"
            .formatted(task, input);
    HttpResponse<String> answer = send("POST", "/v1/queries", query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(read(answer).path("items").findValuesAsText("event_id")).containsExactly("e-1");
    assertThat(read(send("POST", "/v1/queries", query)))
        .as("the recorded response, and no second call")
        .isEqualTo(read(answer));
    assertThat(
            send("POST", "/v1/feedback", "{\"query_id\":\"web-1\",\"verdict\":\"accepted\"}")
                .statusCode())
        .isEqualTo(202);

    assertThat(send("DELETE", "/v1/users/web", "").statusCode()).isEqualTo(202);
    await("/v1/users/web", export -> export.path("tasks").isEmpty());
  }

  /** An answer that the gateway holds goes though the gateway was not asked to forget. */
  void areForgottenByTheCommand(String task, String input, Path dir) throws Exception {
    String query = "{\"query_id\":\"held\",\"user_id\":\"web\",\"task\":\"%s\",\"input\":\"%s\"}";
    assertThat(send("POST", "/v1/queries", query.formatted(task, input)).statusCode())
        .isEqualTo(200);
    String held = "/v1/responses/held?user_id=web";
    assertThat(send("GET", held, "").statusCode()).isEqualTo(200);
    int exit =
        HydraCli.commandLine()
            .execute(
                "forget",
                "--user",
                "web",
                "--tenant",
                "demo",
                "--timeout",
                TrialStack.PATIENCE,
                "--dir",
                dir.toString());
    assertThat(exit).isZero();
    Await.until("the answer is dropped", ROUND, () -> send("GET", held, "").statusCode() == 404);
  }

  /** OpenAI's client for Java, whose base URL and key were changed. */
  void areAnsweredThroughOpenAisJavaClient(String task, String input, List<String> options) {
    OpenAIClient client =
        OpenAIOkHttpClient.builder().baseUrl(endpoints.gatewayUrl() + "/v1").apiKey(key).build();
    try {
      assertThat(client.models().list().data())
          .anyMatch(model -> model.id().equals("hydra/" + task));
      ChatCompletionCreateParams question =
          ChatCompletionCreateParams.builder()
              .model("hydra/" + task)
              .user("sdk")
              .addUserMessage(input)
              .build();
      ChatCompletion completion = client.chat().completions().create(question);
      assertThat(completion.choices().get(0).message().content().orElseThrow()).isIn(options);
      assertThat(completion.usage().orElseThrow().totalTokens()).isPositive();
      StringBuilder text = new StringBuilder();
      try (StreamResponse<ChatCompletionChunk> stream =
          client.chat().completions().createStreaming(question)) {
        stream.stream()
            .flatMap(chunk -> chunk.choices().stream())
            .flatMap(choice -> choice.delta().content().stream())
            .forEach(text::append);
      }
      assertThat(text.toString()).isIn(options);
    } finally {
      client.close();
    }
  }

  /** A key of none, and a request that names another tenant. */
  void areKeptToTheirTenant(String task) throws Exception {
    HttpRequest stranger =
        HttpRequest.newBuilder(URI.create(endpoints.gatewayUrl() + "/v1/users/web"))
            .header("Authorization", "Bearer hydra_guessed")
            .build();
    assertThat(http.send(stranger, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
    String foreign =
        "{\"tenant\":\"shop\",\"user_id\":\"eve\",\"task\":\"%s\",\"input\":\"a text\"}"
            .formatted(task);
    assertThat(send("POST", "/v1/queries", foreign).statusCode()).isEqualTo(403);
    assertThat(read(send("GET", "/v1/users/eve", "")).path("tasks"))
        .as("eve is a user of the tenant shop")
        .isEmpty();
  }

  /** {@code hydra quickstart}'s snippet for the shell. */
  void runTheSnippetForCurl() throws Exception {
    assumeThat(Scripts.runs("curl", "--version")).as("curl is there").isTrue();
    assertThat(Scripts.output(scripts.write(Snippet.CURL), "sh", Snippet.CURL.file()))
        .contains("chat.completion", "\"event_id\":\"verdict-1\"", "\"user_id\":\"ann\"");
  }

  /** OpenAI's client for Node, with another base URL and key. */
  void runTheSnippetForNode(ForeignPackages packages) throws Exception {
    Path folder = scripts.write(Snippet.NODE, packages.openAiForNode());
    assertThat(Scripts.output(folder, "node", Snippet.NODE.file())).containsPattern("[1-5]");
  }

  /** OpenAI's client for Python, likewise. */
  void runTheSnippetForPython(ForeignPackages packages) throws Exception {
    Path folder = scripts.write(Snippet.PYTHON, packages.openAiForPython());
    String python = folder.resolve("venv/bin/python").toString();
    assertThat(Scripts.output(folder, python, Snippet.PYTHON.file())).containsPattern("[1-5]");
  }

  /** OpenAI's client for Java, as one file. */
  void runTheSnippetForJava() throws Exception {
    assertThat(scripts.outputOfJava(Snippet.JAVA)).containsPattern("[1-5]");
  }

  private void await(String path, Predicate<JsonNode> there) {
    Await.until(
        path,
        ROUND,
        () -> {
          HttpResponse<String> response = send("GET", path, "");
          return response.statusCode() == 200 && there.test(read(response));
        });
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoints.gatewayUrl() + path))
            .header("Authorization", "Bearer " + key)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode read(HttpResponse<String> response) throws IOException {
    return Json.parse(response.body(), JsonNode.class);
  }
}
