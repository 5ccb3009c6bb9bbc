package io.hydra.ingest.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.runtime.file.WatchedFile;
import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeysTest {
  @TempDir Path dir;

  private Path write(String content) throws IOException {
    return Files.writeString(dir.resolve("keys.json"), content);
  }

  private static String entry(String secret) {
    return "{\"version\":1,\"keys\":[{\"id\":\"one\",\"tenant\":\"shop\",\"roles\":[\"events\"],\"sha256\":\"%s\"}]}"
        .formatted(Sha256.hex(secret));
  }

  @Test
  void aKeyIsFoundByItsTextAlone() throws IOException {
    ApiKeys keys = ApiKeys.open(write(entry("secret"))).content();
    assertThat(keys.find("secret").orElseThrow().tenant()).isEqualTo("shop");
    assertThat(keys.find("secret ")).isEmpty();
    assertThat(keys.find(Sha256.hex("secret"))).as("the hash is no key").isEmpty();
    assertThat(keys.find("")).isEmpty();
  }

  @Test
  void aByteOrderMarkBeforeItIsNoPartOfIt() throws IOException {
    assertThat(ApiKeys.open(write("\uFEFF" + entry("secret"))).content().find("secret"))
        .isPresent();
  }

  @Test
  void everyFieldIsRead() {
    String json =
        """
        {"version": 1, "keys": [{"id": "one", "tenant": "shop", "roles": ["EVENTS", "users"],
          "sha256": "%s", "requestsPerSecond": 7}]}
        """
            .formatted(Sha256.hex("secret"));
    assertThat(ApiKeys.parse(json).find("secret"))
        .hasValue(
            new ApiKey("one", "shop", Set.of(Role.EVENTS, Role.USERS), Sha256.hex("secret"), 7));
  }

  @Test
  void aKeyIsReplacedWithoutARestart() throws IOException {
    WatchedFile<ApiKeys> file = ApiKeys.open(write(entry("old")));
    write(entry("new"));
    assertThat(file.content().find("old")).isPresent();
    file.refresh();
    assertThat(file.content().find("old")).isEmpty();
    assertThat(file.content().find("new")).isPresent();
  }

  @Test
  void aFileThatIsBrokenLeavesTheKeysFromBefore() throws IOException {
    WatchedFile<ApiKeys> file = ApiKeys.open(write(entry("old")));
    write("{\"version\":1,");
    file.refresh();
    assertThat(file.content().find("old")).isPresent();
    Files.delete(dir.resolve("keys.json"));
    file.refresh();
    assertThat(file.content().find("old")).isPresent();
    write(entry("new"));
    file.refresh();
    assertThat(file.content().find("new")).isPresent();
  }

  @Test
  void twoKeysWithOneTextAreRefused() throws IOException {
    String one = entry("secret");
    String key = one.substring(one.indexOf('[') + 1, one.length() - 2);
    Path file = write(one.replace(key, key + "," + key.replace("\"one\"", "\"two\"")));
    assertThatThrownBy(() -> ApiKeys.open(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("same sha256");
  }

  @Test
  void anEntryThatIsNullIsRefused() throws IOException {
    Path file = write("{\"version\":1,\"keys\":[null]}");
    assertThatThrownBy(() -> ApiKeys.open(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("null");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\":1 | \"version\":2 | version",
        "\"events\" | \"everything\" | keys",
        "\"roles\":[\"events\"] | \"roles\":[] | roles",
        "\"shop\" | \"a shop\" | tenant",
        "\"id\":\"one\" | \"id\":\"\" | id",
        "\"id\":\"one\" | \"id\":\"one\",\"requestsPerSecond\":0 | requestsPerSecond",
        "\"sha256\":\" | \"sha256\":\"zz | sha256"
      })
  void aFileThatSaysSomethingElseIsRefusedWithTheReason(String before, String after, String named)
      throws IOException {
    Path file = write(entry("secret").replace(before, after));
    assertThatThrownBy(() -> ApiKeys.open(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(named)
        .hasMessageNotContaining(Sha256.hex("secret"));
  }
}
