package io.hydra.stream.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.schemas.deadletter.DeadLetters;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.schemas.topic.Topic;
import io.hydra.stream.Events;
import java.util.Arrays;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  private static final RejectedRecordException REASON = new RejectedRecordException("why");

  private static ProducerRecord<byte[], byte[]> written(DeadLetter letter) throws Exception {
    var type = TypeInformation.of(DeadLetter.class);
    var serializer = type.createSerializer(new SerializerConfigImpl());
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(letter, out);
    DeadLetter shipped = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    return new DeadLetterSchema(Topic.EVENTS_DLQ.topicName()).serialize(shipped, null, null);
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
  }

  @Test
  void absentKeyAndValueStayAbsent() throws Exception {
    ProducerRecord<byte[], byte[]> record = written(DeadLetter.of(Events.raw(null, null), REASON));
    assertThat(record.key()).isNull();
    assertThat(record.value()).isNull();
  }
}
