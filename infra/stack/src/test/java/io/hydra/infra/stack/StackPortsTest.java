package io.hydra.infra.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StackPortsTest {
  private static final long SEED = 11;

  @Test
  void noOutgoingConnectionCanTakeThem() {
    assertThat(StackPorts.free(50, Set.of(), new Random(SEED)))
        .doesNotHaveDuplicates()
        .hasSize(50)
        .allMatch(port -> port >= 20_000 && port < 32_000);
  }

  @Test
  void aPortThatIsTakenOrExceptedIsPassedOver() throws Exception {
    List<Integer> first = StackPorts.free(2, Set.of(), new Random(SEED));
    try (ServerSocket taken = new ServerSocket(first.get(0), 1, InetAddress.getLoopbackAddress())) {
      assertThat(StackPorts.free(3, Set.of(first.get(1)), new Random(SEED)))
          .hasSize(3)
          .doesNotContain(taken.getLocalPort(), first.get(1));
    }
  }
}
