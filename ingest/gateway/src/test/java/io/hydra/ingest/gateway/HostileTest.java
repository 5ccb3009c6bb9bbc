package io.hydra.ingest.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.ingest.gateway.TestGateway.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Malformed and hostile requests, each with the status that its sender gets. */
class HostileTest {
  private static final String GOOD =
      "{\"event_id\":\"e\",\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"interaction\":{\"input\":\"x\",\"output\":\"2\"}}";

  @TempDir static Path dir;
  private static TestGateway gateway;

  @BeforeAll
  static void open() {
    gateway = new TestGateway(dir);
  }

  @AfterAll
  static void close() {
    assertThat(gateway.heldBytes()).as("every body was let go").isZero();
    gateway.close();
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of("nothing", "", 400),
        Arguments.of("blanks", "  ", 400),
        Arguments.of("not JSON", "user=ann", 400),
        Arguments.of("cut short", GOOD.substring(0, 40), 400),
        Arguments.of("two values", GOOD + GOOD, 400),
        Arguments.of("a comment", GOOD + "// done", 400),
        Arguments.of("NaN", GOOD.replace("\"2\"", "NaN"), 400),
        Arguments.of("a name twice", GOOD.replace("{\"input\"", "{\"input\":\"y\",\"input\""), 400),
        Arguments.of("a depth of a thousand", "[".repeat(1000) + "]".repeat(1000), 400),
        Arguments.of("objects in objects", "{\"a\":".repeat(100) + "1" + "}".repeat(100), 400),
        Arguments.of("many small values", "[" + "0,".repeat(60_000) + "0]", 400),
        Arguments.of("a number of a thousand digits", "[" + "9".repeat(1000) + "]", 400),
        Arguments.of("a very long name", "{\"" + "n".repeat(300) + "\":1}", 400),
        Arguments.of("an unpaired surrogate", GOOD.replace("\"x\"", "\"\\ud800\""), 422),
        Arguments.of("a number", "7", 422),
        Arguments.of("null", "null", 422),
        Arguments.of("a text", "\"event\"", 422),
        Arguments.of("no fields", "{}", 422),
        Arguments.of("no user", GOOD.replace("\"user_id\":\"ann\",", ""), 422),
        Arguments.of("a null user", GOOD.replace("\"ann\"", "null"), 422),
        Arguments.of("a user that is a number", GOOD.replace("\"ann\"", "7"), 422),
        Arguments.of("a user that is an object", GOOD.replace("\"ann\"", "{}"), 422),
        Arguments.of("a user of 300 letters", GOOD.replace("ann", "a".repeat(300)), 422),
        Arguments.of("a user with a line break", GOOD.replace("ann", "a\\nb"), 422),
        Arguments.of("an invisible user", GOOD.replace("ann", "an\\u200bn"), 422),
        Arguments.of("a task that is a path", GOOD.replace("LaMP_3", "../etc"), 422),
        Arguments.of("an unknown field", GOOD.replace("{\"event", "{\"admin\":true,\"event"), 422),
        Arguments.of(
            "an unknown field inside", GOOD.replace("\"input\"", "\"x\":1,\"input\""), 422),
        Arguments.of(
            "both kinds", GOOD.replace("\"interaction\"", "\"feedback\":{},\"interaction\""), 422),
        Arguments.of(
            "a far future",
            GOOD.replace(
                "\"interaction\"", "\"occurred_at\":\"2999-01-01T00:00:00Z\",\"interaction\""),
            422),
        Arguments.of(
            "a time beyond counting",
            GOOD.replace(
                "\"interaction\"",
                "\"occurred_at\":\"+999999999-01-01T00:00:00Z\",\"interaction\""),
            422),
        Arguments.of(
            "a time too large",
            GOOD.replace("\"interaction\"", "\"occurred_at\":9223372036854775808,\"interaction\""),
            422),
        Arguments.of(
            "a time in seconds",
            GOOD.replace("\"interaction\"", "\"occurred_at\":1767225600,\"interaction\""),
            422),
        Arguments.of(
            "an output of 17 KiB", GOOD.replace("\"2\"", "\"" + "z".repeat(17 * 1024) + "\""), 422),
        Arguments.of(
            "another tenant", GOOD.replace("{\"event", "{\"tenant\":\"other\",\"event"), 403));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void aBadEventIsRefused(String what, String body, int status) {
    Answer answer = gateway.post("/v1/events", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().path("detail").asText()).isNotEmpty().doesNotContain("zzz");
    assertThat(gateway.backend.events).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void asAQuestionItIsRefusedToo(String what, String body, int unused) {
    for (String path : new String[] {"/v1/queries", "/v1/chat/completions", "/v1/feedback"}) {
      assertThat(gateway.post(path, body).status()).as(path).isBetween(400, 499);
    }
  }

  static Stream<String> trials() {
    String manyIds = "{\"without\":[" + "\"e\",".repeat(100) + "\"e\"]}";
    return Stream.of(
        "7",
        "[]",
        "\"latest\"",
        "{\"items\":\"newest\"}",
        "{\"items\":\"unknown\"}",
        "{\"items\":7}",
        "{\"items\":\"latest\",\"other\":1}",
        "{\"without\":\"e\"}",
        "{\"without\":[7]}",
        "{\"without\":[null]}",
        "{\"without\":[\"\"]}",
        "{\"without\":[\"a\\nb\"]}",
        "{\"without\":[\"\\ud800\"]}",
        "{\"without\":[\"" + "e".repeat(257) + "\"]}",
        "{\"without\":[\"" + "e".repeat(3_000_000) + "\"]}",
        manyIds);
  }

  @ParameterizedTest
  @MethodSource("trials")
  void aBadTrialIsRefused(String trial) {
    String query =
        "{\"user_id\":\"ann\",\"task\":\"LaMP_3\",\"input\":\"x\",\"trial\":%s}".formatted(trial);
    Answer answer = gateway.post("/v1/queries", query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains("trial").doesNotContain("eee");
    assertThat(gateway.backend.queries).isEmpty();
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] latin1 = GOOD.replace("ann", "J\u00fcrgen").getBytes(ISO_8859_1);
    byte[] utf16 = GOOD.getBytes(UTF_16);
    byte[] overlong = GOOD.replace("ann", "??").getBytes(UTF_8);
    int at = new String(overlong, UTF_8).indexOf("??");
    overlong[at] = (byte) 0xc0;
    overlong[at + 1] = (byte) 0xaf;
    for (byte[] body : new byte[][] {latin1, utf16, overlong}) {
      assertThat(gateway.call("POST", "/v1/events", body).status()).isEqualTo(400);
    }
  }

  @Test
  void aBodyTooLargeIsRefusedByItsLengthAndByItsBytes() {
    byte[] large = new byte[4 * 1024 * 1024 + 1];
    // The reply must come through while the sender still sends: a race, if the rest is not read.
    for (int i = 0; i < 20; i++) {
      assertThat(gateway.call("POST", "/v1/events", large).status()).isEqualTo(413);
    }
  }

  @Test
  void otherContentIsRefused() {
    for (String type :
        new String[] {"text/plain", "application/xml", "multipart/form-data; boundary=x"}) {
      assertThat(gateway.post("/v1/events", GOOD, "Content-Type", type).status()).isEqualTo(415);
      assertThat(gateway.post("/v1/queries", GOOD, "Content-Type", type).status()).isEqualTo(415);
    }
    assertThat(gateway.post("/v1/events", GOOD, "Content-Encoding", "gzip").status())
        .isEqualTo(415);
  }

  @Test
  void aKeyMustBeThereAndRight() {
    for (String value :
        new String[] {
          "", "Bearer", "Bearer ", "Bearer wrong", "Basic " + TestGateway.KEY, TestGateway.KEY
        }) {
      Answer answer = gateway.post("/v1/events", GOOD, "Authorization", value);
      assertThat(answer.status()).as(value).isEqualTo(401);
      assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    }
    assertThat(gateway.backend.events).isEmpty();
  }

  @Test
  void aKeyMayDoWhatItsRolesSay() {
    String events = "Bearer " + TestGateway.EVENTS_ONLY_KEY;
    assertThat(gateway.post("/v1/queries", "{}", "Authorization", events).status()).isEqualTo(403);
    assertThat(gateway.get("/v1/models", "Authorization", events).status()).isEqualTo(403);
    assertThat(gateway.get("/v1/users/ann", "Authorization", events).status()).isEqualTo(403);
    assertThat(gateway.delete("/v1/users/ann", "Authorization", events).status()).isEqualTo(403);
    assertThat(gateway.post("/v1/events", "{}", "Authorization", events).status()).isEqualTo(422);
  }

  @Test
  void otherPathsAndMethodsAreNotThere() {
    for (String path :
        new String[] {
          "/v1",
          "/v1/",
          "/v1/events/",
          "/v1/users",
          "/v1/users/ann/history",
          "/v1/users/ann/..",
          "/admin",
          "/v1/%65vents",
          "/v1/../v1/events"
        }) {
      assertThat(gateway.get(path).status()).as(path).isIn(400, 404);
    }
    Answer answer = gateway.call("PUT", "/v1/users/ann", "");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, DELETE");
    assertThat(gateway.call("OPTIONS", "/v1/events", "").status()).isEqualTo(405);
  }

  @Test
  void pathsAndQueriesAreReadStrictly() {
    for (Map.Entry<String, Integer> each :
        Map.of(
                "/v1/users/%FF", 400,
                "/v1/users/%C0%AF", 400,
                "/v1/users/", 422,
                "/v1/users/%00", 400,
                "/v1/users/%0d%0aSet-Cookie:%20a", 422,
                "/v1/users/ann?up_to=a&up_to=b", 400,
                "/v1/responses/x?user_id=%FF", 400)
            .entrySet()) {
      Answer answer = gateway.get(each.getKey());
      assertThat(answer.status()).as(each.getKey()).isIn(each.getValue(), 400);
      assertThat(answer.header("Set-Cookie")).isEmpty();
    }
  }

  @Test
  void aRateLimitTellsWhenToComeBack() {
    String slow = "Bearer " + TestGateway.SLOW_KEY;
    assertThat(gateway.get("/v1/models", "Authorization", slow).header("RateLimit"))
        .isEqualTo("\"requests\";r=1;t=1");
    gateway.get("/v1/models", "Authorization", slow);
    Answer refused = gateway.get("/v1/models", "Authorization", slow);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(refused.header("RateLimit-Policy")).isEqualTo("\"requests\";q=1;w=1");
    gateway.time.advance(Duration.ofSeconds(1));
    assertThat(gateway.get("/v1/models", "Authorization", slow).status()).isEqualTo(200);
  }

  @Test
  void nothingIsAllowedToOtherOrigins() {
    Answer answer = gateway.post("/v1/events", "{}", "Origin", "https://evil.example");
    assertThat(answer.response().headers().map().keySet())
        .noneMatch(name -> name.toLowerCase().startsWith("access-control"));
  }

  @Test
  void aHeaderThatIsNotEncodedIsNotTakenForAnotherUser() throws IOException {
    for (String header : new String[] {"ce-subject", "X-Hydra-User"}) {
      String path = header.startsWith("ce") ? "/v1/events" : "/v1/chat/completions";
      try (Wire wire = new Wire(gateway.port())) {
        String request =
            "POST %s HTTP/1.1\nHost: a\nAuthorization: Bearer %s\nConnection: close\nce-specversion: 1.0\nce-id: c\nce-source: /s\nce-type: io.hydra.interaction.v1\nce-task: t\n%s: J\u00c3\u00bcrgen\nContent-Type: application/json\n"
                .formatted(path, TestGateway.KEY, header);
        String body =
            header.startsWith("ce")
                ? "{\"input\":\"x\",\"output\":\"2\"}"
                : "{\"model\":\"hydra/t\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
        assertThat(
                wire.send(request + "Content-Length: %d\n\n".formatted(body.length()))
                    .sendAsIs(body)
                    .readToEnd())
            .startsWith("HTTP/1.1 400")
            .contains("percent-encode");
      }
    }
    assertThat(gateway.backend.events).isEmpty();
    assertThat(gateway.backend.queries).isEmpty();
  }
}
