package io.hydra.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.hydra.infra.output.Json;
import io.hydra.schemas.config.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayKeyTest {
  @TempDir Path dir;

  @Test
  void theFirstKeyIsRandomPrivateAndKnownByItsHash() throws Exception {
    Path keys = GatewayKey.prepare(dir);
    String key = GatewayKey.read(dir);
    assertThat(key).matches("hydra_[A-Za-z0-9_-]{43}");
    assertThat(Files.readString(keys)).doesNotContain(key);
    JsonNode entry = Json.read(keys, JsonNode.class).at("/keys/0");
    assertThat(entry.path("tenant").asText()).isEqualTo("demo");
    assertThat(entry.path("sha256").asText()).matches("[0-9a-f]{64}");
    for (Path file : new Path[] {keys, GatewayKey.file(dir)}) {
      assertThat(Files.getPosixFilePermissions(file))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void theKeyAndThoseThatWereAddedStay() throws Exception {
    Path keys = GatewayKey.prepare(dir);
    String key = GatewayKey.read(dir);
    Files.writeString(keys, "{\"version\": 1, \"keys\": []}");
    assertThat(GatewayKey.prepare(dir)).hasContent("{\"version\": 1, \"keys\": []}");
    assertThat(GatewayKey.read(dir)).isEqualTo(key);
  }

  @Test
  void withoutAStackThereIsNone() {
    assertThatThrownBy(() -> GatewayKey.read(dir))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("hydra up");
  }
}
