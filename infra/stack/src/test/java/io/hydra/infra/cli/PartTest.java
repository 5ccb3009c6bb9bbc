package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.kafka.KafkaConnection;
import io.hydra.schemas.redis.client.RedisUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PartTest {
  /** As a process that was stopped: the kernel takes its connections. */
  @Test
  void whoTakesConnectionsAndSaysNothingDoesNotAnswer() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + silent.getLocalPort();
      assertThat(Part.redis(RedisUrl.parse("redis://:secret@" + address)))
          .isEqualTo(
              new Part(
                  "redis",
                  "redis://:***@" + address,
                  "Redis does not answer: check its address and its log; where it hangs, end its"
                      + " process"));
      String registry = "http://" + address;
      assertThat(Part.registry(KafkaConnection.open("127.0.0.1:9", registry)))
          .isEqualTo(new Part("registry", registry, "does not answer"));
    }
  }
}
