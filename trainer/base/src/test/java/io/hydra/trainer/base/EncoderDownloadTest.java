package io.hydra.trainer.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.config.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderDownloadTest {
  @TempDir private Path folder;
  private final Map<String, byte[]> served = new ConcurrentHashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private HttpServer server;
  private String url;
  private EncoderDownload download;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
    download = new EncoderDownload(folder.resolve("cache"), told::add);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    byte[] body = served.get(path);
    synchronized (asked) {
      asked.add(path);
    }
    if (path.contains("broken")) {
      exchange.sendResponseHeaders(503, -1);
    } else if (path.startsWith("/moved")) {
      exchange
          .getResponseHeaders()
          .add(
              "Location",
              url.replace("127.0.0.1", "localhost") + path.substring("/moved".length()));
      exchange.sendResponseHeaders(302, -1);
    } else if (path.contains("short")) {
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write(new byte[10]);
    } else if (body == null) {
      exchange.sendResponseHeaders(404, -1);
    } else {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private void serve(String path, String text) {
    served.put(path, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] zip(Map<String, String> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
        out.putNextEntry(new ZipEntry(file.getKey()));
        out.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] tarGz(Map<String, String> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes);
        TarArchiveOutputStream out = new TarArchiveOutputStream(gzip)) {
      for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
        byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(content.length);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
      }
      TarArchiveEntry link = new TarArchiveEntry("model/link", TarConstants.LF_SYMLINK);
      link.setLinkName("/etc/hostname");
      out.putArchiveEntry(link);
      out.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private void refused(String what, String... messages) throws IOException {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> download.fetch(what))
        .satisfies(e -> assertThat(e.getMessage()).contains(messages));
    Path cache = folder.resolve("cache");
    if (Files.exists(cache)) {
      assertThat(cache).isEmptyDirectory();
    }
  }

  @Test
  void archivesAreUnpackedOnceAndAFolderThatHoldsAllIsSteppedInto() throws IOException {
    Map<String, String> files = Map.of("model/tokenizer.json", "{}", "model/model.onnx", "net");
    served.put("/a.zip", zip(files));
    served.put("/a.tar.gz", tarGz(files));
    served.put("/a.tgz", tarGz(files));
    for (String name : List.of("/a.zip", "/a.tar.gz", "/a.tgz")) {
      Path at = download.fetch(url + name);
      assertThat(at.resolve("model.onnx")).hasContent("net");
      try (Stream<Path> all = Files.list(at)) {
        assertThat(all.map(f -> f.getFileName().toString()))
            .containsExactlyInAnyOrder("tokenizer.json", "model.onnx");
      }
      assertThat(download.fetch(url + name)).isEqualTo(at);
    }
    assertThat(asked).containsExactly("/a.zip", "/a.tar.gz", "/a.tgz");
    assertThat(told).hasSize(3).first().asString().startsWith("fetching http://127.0.0.1");
    try (Stream<Path> cached = Files.list(folder.resolve("cache"))) {
      assertThat(cached).hasSize(3);
    }
  }

  @Test
  void aChecksumIsHeld() throws IOException {
    byte[] archive = zip(Map.of("tokenizer.json", "{}"));
    served.put("/a.zip", archive);
    String right = HexFormat.of().formatHex(Sha256.digest().digest(archive));
    refused(url + "/a.zip#sha256=" + "0".repeat(64), right, "as asked for");
    refused(url + "/a.zip#md5=1", "64 hex digits");
    refused(url + "/folder#sha256=" + right, "not of a folder");
    assertThat(download.fetch(url + "/a.zip#sha256=" + right).resolve("tokenizer.json")).exists();
  }

  @Test
  void aFolderIsFetchedByTheNamesThatAnEncoderNeeds() throws IOException {
    serve("/m/tokenizer.json", "{}");
    serve("/m/config.json", "{\"model_type\": \"bert\"}");
    serve("/m/onnx/model.onnx", "net");
    serve("/m/onnx/model.onnx_data", "weights");
    serve("/m/model.safetensors", "weights of a network");
    serve("/m/1_Pooling/config.json", "{}");
    Path at = download.fetch(url + "/m");
    assertThat(at.resolve("onnx/model.onnx")).hasContent("net");
    assertThat(at.resolve("onnx/model.onnx_data")).hasContent("weights");
    assertThat(at.resolve("1_Pooling/config.json")).exists();
    assertThat(at.resolve("model.safetensors")).doesNotExist();
    int requests = asked.size();
    assertThat(download.fetch(url + "/m")).isEqualTo(at);
    assertThat(asked).hasSize(requests);
  }

  @Test
  void staticEmbeddingsAreKnownByTheirConfig() {
    serve("/m/tokenizer.json?key=secret", "{}");
    serve("/m/config.json?key=secret", "{\"model_type\": \"model2vec\"}");
    serve("/m/onnx/model.onnx?key=secret", "net");
    serve("/m/model.safetensors?key=secret", "vectors");
    Path at = download.fetch(url + "/m/?key=secret");
    assertThat(at.resolve("model.safetensors")).hasContent("vectors");
    assertThat(at.resolve("onnx")).doesNotExist();
    assertThat(at.resolve("1_Pooling")).doesNotExist();
    assertThat(told).isNotEmpty().allSatisfy(line -> assertThat(line).doesNotContain("secret"));
  }

  @Test
  void settingsNameTheModel() {
    serve("/m/tokenizer.json", "{}");
    serve("/m/encoder.json", "{\"model\": \"small.onnx\"}");
    serve("/m/model.onnx", "large");
    serve("/m/small.onnx", "small");
    assertThat(download.fetch(url + "/m").resolve("small.onnx")).hasContent("small");
  }

  @Test
  void whatCannotBeFetchedIsNamedAndLeavesNothing() throws IOException {
    refused(url + "/nowhere", url + "/nowhere", "no tokenizer.json there", "model.onnx");
    serve("/m/tokenizer.json", "{}");
    refused(url + "/m", "no model there");
    serve("/out/tokenizer.json", "{}");
    serve("/out/encoder.json", "{\"model\": \"../../etc/passwd\"}");
    refused(url + "/out", "outside");
    refused(url + "/absent.zip", "is not there");
    refused(url + "/broken/a.zip?key=secret", "status 503");
    refused(url + "/short.zip", "short.zip");
    served.put("/junk.zip", new byte[100]);
    refused(url + "/junk.zip", "junk.zip", "zip signature");
    served.put("/empty.zip", zip(Map.of()));
    refused(url + "/empty.zip", "is it a zip?");
    served.put("/junk.tgz", new byte[100]);
    refused(url + "/junk.tgz", "junk.tgz");
    served.put("/slip.zip", zip(Map.of("../../slip", "x")));
    refused(url + "/slip.zip", "slip");
    assertThat(folder.resolve("slip")).doesNotExist();
    refused("ftp://example.org/a.zip", "only http, https and file");
    refused("http://exa mple/a.zip", "is not a URL");
    refused("file://host/a.zip", "cannot be fetched");
    server.stop(0);
    refused(url + "/late.zip", "cannot be fetched");
  }

  @Test
  void localFilesNeedNoNetwork() throws IOException {
    assertThat(download.fetch("some/where")).isEqualTo(Path.of("some/where"));
    assertThat(download.fetch(folder.toUri().toString())).isEqualTo(folder);
    Path archive = folder.resolve("a.zip");
    Files.write(archive, zip(Map.of("tokenizer.json", "{}")));
    assertThat(download.fetch(archive.toUri().toString()).resolve("tokenizer.json")).exists();
  }

  @Test
  void whatIsLargerThanAllowedIsRefusedAndLeavesNothing() throws IOException {
    EncoderDownload small =
        new EncoderDownload(
            folder.resolve("cache"), new EncoderDownload.Limits(2_000, 10_000), told::add);
    served.put("/bomb.zip", zip(Map.of("a", "x".repeat(8_000), "b", "x".repeat(8_000))));
    served.put("/bomb.tgz", tarGz(Map.of("a", "x".repeat(8_000), "b", "x".repeat(8_000))));
    served.put("/large.zip", new byte[2_001]);
    serve("/m/tokenizer.json", "x".repeat(1_500));
    serve("/m/model.onnx", "x".repeat(1_500));
    for (String name : List.of("/bomb.zip", "/bomb.tgz")) {
      refusedBy(small, url + name, "more than 10,000 bytes to unpack");
    }
    for (String name : List.of("/large.zip", "/m")) {
      refusedBy(small, url + name, "more than 2,000 bytes to download");
    }
    served.put("/fits.zip", zip(Map.of("tokenizer.json", "x".repeat(9_000))));
    assertThat(small.fetch(url + "/fits.zip").resolve("tokenizer.json")).exists();
  }

  @Test
  void plainHttpFromAnotherMachineTakesAChecksum() throws IOException {
    refused("http://models.example/a.zip", "http://models.example/a.zip", "#sha256=");
    refused("http://models.example/folder?token=secret", "use https");
    refused("http://127.models.example/a.zip", "#sha256=");
    assertThat(asked).isEmpty();
  }

  @Test
  void plainHttpFromThisMachineLeadsNowhereElse() throws IOException {
    served.put("/a.zip", zip(Map.of("tokenizer.json", "{}")));
    refused(url + "/moved/a.zip", "status 302");
    assertThat(asked).containsExactly("/moved/a.zip");
  }

  @Test
  void noMessageQuotesTheSecretsOfAUrl() {
    for (String secretive :
        List.of(
            "ftp://ann:secret@h/a.zip?key=secret",
            "http://ann:secret@exa mple/a.zip?key=secret",
            "https://ann:secret@h/a.zip?key=secret#md5=secret",
            "http://ann:secret@h/folder?key=secret",
            "https://ann:secret@h/folder?key=secret#sha256=" + "0".repeat(64))) {
      assertThatExceptionOfType(UserException.class)
          .isThrownBy(() -> download.fetch(secretive))
          .satisfies(
              e -> {
                for (Throwable t = e; t != null; t = t.getCause()) {
                  assertThat(String.valueOf(t.getMessage())).doesNotContain("secret");
                }
              });
    }
  }

  private void refusedBy(EncoderDownload limited, String what, String message) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> limited.fetch(what))
        .withMessageContaining(message);
    assertThat(folder.resolve("cache")).isEmptyDirectory();
  }
}
