package io.hydra.runtime.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.config.UserException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointTest {
  private static Endpoint of(String url) {
    return Endpoint.of(url, "key-1");
  }

  @Test
  void anAddressMayLackItsVersionOrEndInASlashOrInTheWholeCall() {
    assertThat(of("http://h:1").addresses()).containsExactly("http://h:1/v1", "http://h:1");
    assertThat(of("http://h:1/").addresses()).containsExactly("http://h:1/v1", "http://h:1");
    assertThat(of(" http://h:1/v1/ ").addresses()).containsExactly("http://h:1/v1", "http://h:1");
    assertThat(of("http://h:1/v1/chat/completions").addresses())
        .containsExactly("http://h:1/v1", "http://h:1");
    assertThat(of("https://h/api/x").addresses())
        .containsExactly("https://h/api/x", "https://h/api/x/v1");
  }

  @Test
  void aCallGoesToTheLikeliestAddressWithTheQuery() {
    assertThat(of("http://my_llm:1").call())
        .isEqualTo(URI.create("http://my_llm:1/v1/chat/completions"));
    assertThat(of("https://H:443/v1/chat/completions?api-version=1&a=b%26c").call().toString())
        .startsWith("https://h/v1/chat/completions?")
        .contains("api-version=1")
        .contains("a=b%26c");
  }

  @Test
  void azuresQueryIsSentWithEveryCallAndItsKeyUnderItsOwnName() {
    Endpoint azure =
        of("https://me.openai.azure.com/openai/deployments/gpt?api-version=2024-10-21");
    assertThat(azure.addresses())
        .containsExactly("https://me.openai.azure.com/openai/deployments/gpt");
    assertThat(azure.query()).containsExactly(Map.entry("api-version", "2024-10-21"));
    assertThat(azure.header()).isEqualTo(Map.entry("api-key", "key-1"));
  }

  @Test
  void secretsInAnAddressAreNeverShown() {
    Endpoint endpoint = Endpoint.of("https://me:pass@h/v1?key=token#frag", null);
    assertThat(endpoint.toString()).isEqualTo("https://h/v1");
    assertThat(endpoint.shown()).isEqualTo("https://h/v1");
    assertThat(endpoint.query()).containsEntry("key", "token");
    assertThat(endpoint.header().getValue()).startsWith("Basic ");
    assertThat(of("https://me:pass@h/v1").header().getValue()).isEqualTo("Bearer key-1");
  }

  @Test
  void aKeyInThePathIsSentButNotShownAndTwoOfThemStayApart() {
    for (String key : new String[] {"sk-live-7", "0123456789abcdef0123456789abcdef"}) {
      Endpoint endpoint = of("https://h/" + key + "/openai/gpt-4o-mini-2024-07-18/v1");
      assertThat(endpoint.addresses()).first().asString().contains(key);
      assertThat(endpoint.shown())
          .doesNotContain(key)
          .endsWith("/openai/gpt-4o-mini-2024-07-18/v1")
          .isNotEqualTo(of("https://h/x" + key + "/openai/gpt-4o-mini-2024-07-18/v1").shown());
    }
  }

  @Test
  void anAddressThatIsNoneIsRefusedWithoutRepeatingIt() {
    for (String url :
        new String[] {
          "localhost:8000/v1", "ftp://x:secret@y", "http://a b", "http://h:99999", "http:///v1", ""
        }) {
      assertThatThrownBy(() -> of(url))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("http://host:port/v1")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void plainHttpBeyondThisMachineIsOpen() {
    for (String url :
        new String[] {
          "https://h/v1", "http://127.0.0.1:1/v1", "http://localhost/v1", "http://[::1]:1"
        }) {
      assertThat(of(url).open()).isFalse();
    }
    assertThat(of("http://llm.example/v1").open()).isTrue();
    assertThat(of("http://10.0.0.7:8000/v1").open()).isTrue();
  }
}
