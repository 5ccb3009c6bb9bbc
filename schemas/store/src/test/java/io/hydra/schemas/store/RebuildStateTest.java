package io.hydra.schemas.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.redis.CorruptValueException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RebuildStateTest {
  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void bytesAreAsDescribed() {
    RebuildState state =
        new RebuildState(
            RebuildState.Phase.SWITCHED, new View("r5"), View.ORIGINAL, Map.of(1, 20L, 0, 7L));
    assertThat(state.toBytes()).isEqualTo(ascii("1;SWITCHED;r5;;0:7,1:20"));
    assertThat(RebuildState.of(state.toBytes())).isEqualTo(state);
    RebuildState building = state.in(RebuildState.Phase.BUILDING, Map.of());
    assertThat(RebuildState.of(building.toBytes())).isEqualTo(building);
  }

  @Test
  void otherBytesAreRefused() {
    for (String bytes :
        new String[] {
          "", "2;SWITCHED;r5;;", "1;DONE;r5;;", "1;SWITCHED;r5;;x", "1;SWITCHED;r5;;0:7,0:8"
        }) {
      assertThatThrownBy(() -> RebuildState.of(ascii(bytes)))
          .isInstanceOf(CorruptValueException.class);
    }
  }

  @Test
  void viewsAreKnownByTheirKeys() {
    assertThat(Layout.viewOf("hydra:history:{acme:ann}:tags")).hasValue(View.ORIGINAL);
    assertThat(Layout.viewOf("hydra:history@r5:{acme:ann}:tags")).hasValue(new View("r5"));
    assertThat(Layout.viewOf("hydra:history-order@r5:{a:b}:{x")).hasValue(new View("r5"));
    assertThat(Layout.viewOf("hydra:history-order:{acme:ann}:t")).hasValue(View.ORIGINAL);
    assertThat(Layout.viewOf("hydra:historical:{acme:ann}:tags")).isEmpty();
    assertThat(Layout.viewOf("hydra:heads:{acme:ann}:tags:b1")).isEmpty();
  }
}
