package io.hydra.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryClientsTest {
  private static final String PASSWORD = "changeit";

  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  private void start(HttpServer created) {
    server = created;
    server.createContext("/", this::answerSubjects);
    server.start();
  }

  private void answerSubjects(HttpExchange exchange) throws IOException {
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    byte[] body = "[\"hydra.events-value\"]".getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private String url(String scheme) {
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  @Test
  void sendsCredentialsWithOrWithoutThePrefixOfTheRegistry() throws Exception {
    start(HttpServer.create(loopback(), 0));
    List<Map<String, Object>> given =
        List.of(
            Map.of(
                "basic.auth.credentials.source", "USER_INFO",
                "basic.auth.user.info", "ann:secret"),
            Map.of("basic.auth.user.info", "ann:secret"),
            Map.of("schema.registry.basic.auth.user.info", "ann:secret"));
    for (Map<String, Object> settings : given) {
      try (SchemaRegistryClient client = RegistryClients.open(url("http"), settings)) {
        assertThat(client.getAllSubjects()).containsExactly("hydra.events-value");
      }
    }
    String basic =
        "Basic "
            + Base64.getEncoder().encodeToString("ann:secret".getBytes(StandardCharsets.UTF_8));
    assertThat(authorizations).containsExactly(basic, basic, basic);
  }

  @Test
  void sendsABearerToken() throws Exception {
    start(HttpServer.create(loopback(), 0));
    try (SchemaRegistryClient client =
        RegistryClients.open(url("http"), Map.of("bearer.auth.token", "t0ken"))) {
      assertThat(client.getAllSubjects()).hasSize(1);
    }
    assertThat(authorizations).containsExactly("Bearer t0ken");
  }

  @Test
  void trustsTheGivenStoreOverTlsAndNothingElse(@TempDir Path folder) throws Exception {
    Path store = keyStore(folder);
    start(https(store));
    Map<String, Object> trusted =
        Map.of(
            "schema.registry.ssl.truststore.location",
            store.toString(),
            "schema.registry.ssl.truststore.password",
            PASSWORD,
            "schema.registry.ssl.truststore.type",
            "PKCS12",
            "security.protocol",
            "SASL_SSL");
    try (SchemaRegistryClient client = RegistryClients.open(url("https"), trusted)) {
      assertThat(client.getAllSubjects()).containsExactly("hydra.events-value");
    }
    try (SchemaRegistryClient client = RegistryClients.open(url("https"))) {
      assertThatThrownBy(client::getAllSubjects).isInstanceOf(IOException.class);
    }
  }

  @Test
  void asksTheNextOfSeveralRegistries() throws Exception {
    start(HttpServer.create(loopback(), 0));
    String both = "http://127.0.0.1:1, " + url("http");
    try (SchemaRegistryClient client = RegistryClients.open(both)) {
      assertThat(client.getAllSubjects()).hasSize(1);
    }
  }

  private static HttpsServer https(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return server;
  }

  /** A key signed by itself, whose certificate is trusted where the same store is named. */
  private static Path keyStore(Path folder) throws Exception {
    Path store = folder.resolve("key.p12");
    Path certificate = folder.resolve("cert.pem");
    keytool(store, "-genkeypair", "-keyalg", "EC", "-dname", "CN=test", "-ext", "san=ip:127.0.0.1");
    keytool(store, "-exportcert", "-rfc", "-file", certificate.toString());
    keytool(store, "-importcert", "-noprompt", "-alias", "ca", "-file", certificate.toString());
    return store;
  }

  private static void keytool(Path store, String... arguments) throws Exception {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
