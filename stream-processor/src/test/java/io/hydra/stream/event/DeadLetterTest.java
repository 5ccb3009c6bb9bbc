package io.hydra.stream.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import io.hydra.stream.Events;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  private static final RejectedRecordException REASON = new RejectedRecordException("why");
  private static final int MAX_BYTES = 2_000;

  private static ProducerRecord<byte[], byte[]> written(DeadLetter letter) throws Exception {
    var type = TypeInformation.of(DeadLetter.class);
    var serializer = type.createSerializer(new SerializerConfigImpl());
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(letter, out);
    DeadLetter shipped = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    return new DeadLetter.Schema(Topic.EVENTS_DLQ.topicName(), MAX_BYTES)
        .serialize(shipped, null, null);
  }

  @Test
  void keyValueAndHeadersStayAsTheyWereAndTheReasonIsAdded() throws Exception {
    RawRecord raw = Events.raw(new byte[] {1, -1}, new byte[] {0, 9, -128});
    ProducerRecord<byte[], byte[]> record = written(DeadLetter.of(raw, REASON));
    assertThat(record.topic()).isEqualTo("hydra.events.dlq");
    assertThat(record.key()).isEqualTo(raw.key());
    assertThat(record.value()).isEqualTo(raw.value());
    Header[] headers = record.headers().toArray();
    assertThat(Arrays.stream(headers).limit(3).map(Header::key))
        .containsExactly("traceparent", "x", "x");
    assertThat(headers[1].value()).isEqualTo(new byte[] {0, -1});
    assertThat(headers[2].value()).isNull();
    assertThat(HydraHeaders.text(record.headers(), DeadLetters.EXCEPTION_MESSAGE)).contains("why");
    assertThat(HydraHeaders.text(record.headers(), DeadLetters.EXCEPTION_CLASS))
        .contains(RejectedRecordException.class.getName());
    assertThat(HydraHeaders.text(record.headers(), DeadLetters.ORIGIN_PARTITION)).contains("3");
    assertThat(HydraHeaders.text(record.headers(), DeadLetters.ORIGIN_OFFSET)).contains("42");
    assertThat(HydraHeaders.text(record.headers(), DeadLetters.GROUP))
        .contains("hydra-stream-processor");
    assertThat(record.headers().lastHeader(DeadLetters.DROPPED)).isNull();
  }

  @Test
  void valueThatIsTooLargeIsDroppedAndTheLetterSaysSo() throws Exception {
    RawRecord raw = Events.raw(new byte[] {1, -1}, new byte[MAX_BYTES]);
    ProducerRecord<byte[], byte[]> record = written(DeadLetter.of(raw, REASON));
    assertThat(record.key()).isEqualTo(raw.key());
    assertThat(record.value()).isNull();
    assertThat(HydraHeaders.text(record.headers(), "hydra_dlq_dropped")).contains("value");
    assertThat(HydraHeaders.text(record.headers(), "traceparent")).contains("00-1-2-01");
    assertThat(HydraHeaders.text(record.headers(), DeadLetters.ORIGIN_OFFSET)).contains("42");
  }

  @Test
  void keyAndHeadersThatAreTooLargeAreDroppedTooAndTheReasonStays() throws Exception {
    RawRecord largeKey = Events.raw(new byte[MAX_BYTES], new byte[] {1});
    RawRecord largeHeader =
        new RawRecord(
            "hydra.events",
            3,
            42,
            -1,
            new byte[] {1},
            null,
            // The name of one of ours: of two, the last counts.
            new String[] {DeadLetters.ORIGIN_OFFSET, "x"},
            new byte[][] {Events.utf8("7"), new byte[MAX_BYTES]});
    for (RawRecord raw : List.of(largeKey, largeHeader)) {
      ProducerRecord<byte[], byte[]> record = written(DeadLetter.of(raw, REASON));
      assertThat(record.key()).isNull();
      assertThat(record.value()).isNull();
      assertThat(HydraHeaders.text(record.headers(), "hydra_dlq_dropped"))
          .contains("value,key,headers");
      assertThat(record.headers().lastHeader("x")).isNull();
      assertThat(record.headers().headers(DeadLetters.ORIGIN_OFFSET))
          .singleElement()
          .extracting(header -> new String(header.value(), StandardCharsets.UTF_8))
          .isEqualTo("42");
      assertThat(HydraHeaders.text(record.headers(), DeadLetters.EXCEPTION_MESSAGE))
          .contains("why");
    }
  }

  @Test
  void absentKeyAndValueStayAbsent() throws Exception {
    ProducerRecord<byte[], byte[]> record = written(DeadLetter.of(Events.raw(null, null), REASON));
    assertThat(record.key()).isNull();
    assertThat(record.value()).isNull();
  }
}
