package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Holds replies against {@code openapi.json}, by a validator of JSON Schema that is not ours. */
final class ApiContract {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode API = read();

  private ApiContract() {}

  static String document() {
    return API.toString();
  }

  /** Method and path of every operation. */
  static TreeSet<String> operations() {
    TreeSet<String> operations = new TreeSet<>();
    API.path("paths")
        .fields()
        .forEachRemaining(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> operations.add(method.toUpperCase() + " " + path.getKey())));
    return operations;
  }

  /** Names of an operation's parameters behind the path. */
  static Set<String> parameters(String method, String template) {
    Set<String> names = new TreeSet<>();
    API.path("paths")
        .path(template)
        .path(method.toLowerCase())
        .path("parameters")
        .forEach(
            parameter -> {
              if (parameter.path("in").asText().equals("query")) {
                names.add(parameter.path("name").asText());
              }
            });
    return names;
  }

  /** The document names this reply, and the body has the shape that it says. */
  static void requireKnown(
      String method, String template, int status, String contentType, String body) {
    JsonNode reply =
        API.path("paths")
            .path(template)
            .path(method.toLowerCase())
            .path("responses")
            .path(Integer.toString(status));
    assertThat(reply.isMissingNode())
        .as("%s %s may answer %d (%s)", method, template, status, body)
        .isFalse();
    String type = contentType.replaceFirst(";.*", "");
    JsonNode schema = reply.path("content").path(type).path("schema");
    assertThat(schema.isMissingNode())
        .as("%s %s answers %d as %s", method, template, status, type)
        .isFalse();
    if (type.endsWith("json")) {
      assertThat(problems(schema, body))
          .as("%s %s %d: %s", method, template, status, body)
          .isEmpty();
    }
  }

  static List<String> problems(JsonNode schema, String body) {
    ObjectNode whole = JSON.createObjectNode();
    whole.set("components", API.path("components"));
    whole.set("allOf", JSON.createArrayNode().add(schema));
    List<String> problems = new ArrayList<>();
    try {
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(whole)
          .validate(JSON.readTree(body))
          .forEach(message -> problems.add(message.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return problems;
  }

  private static JsonNode read() {
    try (InputStream in = ApiContract.class.getResourceAsStream("openapi.json")) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
