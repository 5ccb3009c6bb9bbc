package io.hydra.serving.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.topic.HydraHeaders;
import java.nio.ByteBuffer;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ReplyRouterTest {
  private final ReplyRouter router =
      new ReplyRouter(Set.of("mine"), topic -> topic.equals("mine") ? 8 : 4);

  @Test
  void withoutHeadersTheDefaultTopicAndTheKeysPartition() {
    assertRoute(new RecordHeaders(), "hydra.responses", null);
  }

  @Test
  void anAllowListedTopicAndAValidPartitionAreHonoured() {
    assertRoute(headers("mine", 7), "mine", 7);
  }

  @Test
  void aTopicThatIsNotAllowListedIsRefusedAlongWithItsPartition() {
    assertRoute(
        headers("hydra.events", 1), "hydra.responses", null, "reply topic is not allow-listed");
    assertThat(router.route(headers("hydra.events", 1)).isStray()).isTrue();
    assertThat(router.route(headers("mine", 7)).isStray()).isFalse();
  }

  @Test
  void aPartitionBeyondTheTopicIsIgnored() {
    String complaint = "the reply topic does not have the reply partition";
    assertRoute(headers("hydra.responses", 4), "hydra.responses", null, complaint);
    assertRoute(headers("hydra.responses", -1), "hydra.responses", null, complaint);
    Headers text = new RecordHeaders();
    text.add(HydraHeaders.REPLY_PARTITION, HydraHeaders.utf8("1"));
    assertRoute(text, "hydra.responses", null, complaint);
  }

  private void assertRoute(Headers headers, String topic, Integer partition, String... complaints) {
    ReplyRouter.Route route = router.route(headers);
    assertThat(route.topic()).isEqualTo(topic);
    assertThat(route.partition()).isEqualTo(partition);
    assertThat(route.complaints()).containsExactly(complaints);
  }

  private static Headers headers(String topic, int partition) {
    Headers headers = new RecordHeaders();
    headers.add(HydraHeaders.REPLY_TOPIC, HydraHeaders.utf8(topic));
    headers.add(
        HydraHeaders.REPLY_PARTITION, ByteBuffer.allocate(Integer.BYTES).putInt(partition).array());
    return headers;
  }
}
