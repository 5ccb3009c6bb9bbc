package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.config.UserException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsAndOriginsTest {
  private static final String PASSWORD = "changeit";

  @TempDir Path dir;

  private TestGateway gateway(Set<String> origins, Path keyStore) {
    return new TestGateway(dir, TestGateway.LIMITS, null, origins, keyStore, 16);
  }

  private Path certificate() throws Exception {
    Path file = dir.resolve("gateway.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "gateway",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    return file;
  }

  @Test
  void withACertificateItSpeaksHttps() throws Exception {
    Path file = certificate();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("gateway", store.getCertificate("gateway"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    HttpClient client = HttpClient.newBuilder().sslContext(context).build();
    try (TestGateway gateway = gateway(Set.of(), file)) {
      URI address = URI.create("https://localhost:%d/openapi.json".formatted(gateway.port()));
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aCertificateThatCannotBeReadIsNamedAtTheStart() {
    assertThatThrownBy(() -> gateway(Set.of(), dir.resolve("missing.p12")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("missing.p12");
  }

  @Test
  void anOriginThatIsNamedMayCallAndNoOther() throws Exception {
    try (TestGateway gateway = gateway(Set.of("https://app.example.com"), null)) {
      assertThat(allowed(gateway, "https://app.example.com")).contains("https://app.example.com");
      assertThat(allowed(gateway, "https://app.example.com.evil.example")).isEmpty();
      assertThat(allowed(gateway, "null")).isEmpty();
    }
    try (TestGateway gateway = gateway(Set.of(), null)) {
      assertThat(allowed(gateway, "https://app.example.com")).as("off by default").isEmpty();
    }
  }

  @Test
  void itsPagesMayUseClientsWithHeadersOfTheirOwnAndReadOurs() throws Exception {
    try (TestGateway gateway = gateway(Set.of("https://app.example.com"), null)) {
      assertThat(preflight(gateway, "https://app.example.com"))
          .containsPattern(
              "(?i)access-control-allow-headers: (\\*,authorization|authorization,\\*)");
      var headers =
          gateway
              .post("/v1/events", "{}", "Origin", "https://app.example.com")
              .response()
              .headers();
      assertThat(headers.firstValue("access-control-allow-origin"))
          .contains("https://app.example.com");
      assertThat(headers.firstValue("access-control-expose-headers")).contains("*");
      assertThat(
              gateway
                  .post("/v1/events", "{}", "Origin", "https://evil.example")
                  .response()
                  .headers()
                  .map())
          .doesNotContainKey("access-control-allow-origin");
    }
  }

  private static String allowed(TestGateway gateway, String origin) throws Exception {
    return preflight(gateway, origin)
        .lines()
        .filter(line -> line.toLowerCase().startsWith("access-control-allow-origin"))
        .findFirst()
        .orElse("");
  }

  private static String preflight(TestGateway gateway, String origin) throws Exception {
    try (Wire wire = new Wire(gateway.port())) {
      return wire.send(
              "OPTIONS /v1/events HTTP/1.1\nHost: a\nOrigin: %s\nAccess-Control-Request-Method: POST\nAccess-Control-Request-Headers: authorization\nConnection: close\n\n"
                  .formatted(origin))
          .readToEnd();
    }
  }
}
