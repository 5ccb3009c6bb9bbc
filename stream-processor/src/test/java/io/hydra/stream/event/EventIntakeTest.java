package io.hydra.stream.event;

import static io.hydra.stream.Events.T;
import static io.hydra.stream.Events.erasure;
import static io.hydra.stream.Events.event;
import static io.hydra.stream.Events.feedback;
import static io.hydra.stream.Events.interaction;
import static io.hydra.stream.Events.raw;
import static io.hydra.stream.Events.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.stream.Events;
import io.hydra.stream.TestRegistry;
import io.hydra.stream.history.Erasure;
import io.hydra.stream.history.HistoryWrite;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventIntakeTest {
  private static final String SECRET = "what the user wrote";
  private final Events events = new Events();
  private final EventIntake intake =
      new EventIntake(new RegistryDeserializer<>(TestRegistry.open(), Topic.EVENTS, Duration.ZERO));

  private static BehaviorEvent tagged(long occurredAt) {
    return event("acme", "ann", "tags", "e1", occurredAt, interaction("in", "out"));
  }

  @Test
  void interactionBecomesAHistoryWrite() throws Exception {
    HistoryWrite write = intake.accept(events.record(tagged(T))).write();
    assertThat(write.user()).isEqualTo(new UserKey("acme", "ann"));
    assertThat(write.task()).isEqualTo("tags");
    assertThat(write.occurredAt()).isEqualTo(T);
    assertThat(HistoryItemCodec.decode(write.eventId(), write.item()))
        .isEqualTo(new HistoryItem("e1", T, "in", "out"));
  }

  @Test
  void eventThatBreaksARuleIsRejectedWithTheRule() {
    assertThatThrownBy(
            () ->
                intake.accept(
                    events.record(
                        event("acme", "ann", "no task", "e", T, interaction(SECRET, SECRET)))))
        .isExactlyInstanceOf(RejectedRecordException.class)
        .hasMessageContaining("task must be")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void keyThatIsNotTheUsersIsRejected() {
    byte[] value = events.bytes(tagged(T));
    for (byte[] key : new byte[][] {utf8("acme:bob"), utf8(""), null}) {
      assertThatThrownBy(() -> intake.accept(raw(key, value)))
          .isExactlyInstanceOf(RejectedRecordException.class)
          .hasMessageContaining("record key");
    }
  }

  @Test
  void erasureBecomesOne() throws Exception {
    UserEvent event = intake.accept(events.record(event("acme", "ann", "", "e", T, erasure())));
    assertThat(event.isErasure()).isTrue();
    assertThat(event.erasure()).isEqualTo(new Erasure(new UserKey("acme", "ann"), "e", T));
  }

  @Test
  void feedbackIsSetAsideForAReplay() {
    assertThatThrownBy(
            () -> intake.accept(events.record(event("acme", "ann", "tags", "e", T, feedback()))))
        .isInstanceOf(UnsupportedEventException.class)
        .hasMessageContaining("Feedback")
        .hasMessageContaining("replay");
  }

  @Test
  void eventFromBeyondADayAfterItsRecordIsRejected() throws Exception {
    long day = 24 * 60 * 60 * 1000;
    long written = raw(null, null).timestamp();
    UserEvent unused = intake.accept(events.record(tagged(written + day)));
    assertThatThrownBy(() -> intake.accept(events.record(tagged(written + day + 1))))
        .isExactlyInstanceOf(RejectedRecordException.class)
        .hasMessageContaining("occurred_at")
        .hasMessageContaining("clock");
  }

  @Test
  void recordWithoutATimestampIsRejected() {
    RawRecord timed = events.record(tagged(T));
    RawRecord raw =
        new RawRecord(
            timed.topic(),
            timed.partition(),
            timed.offset(),
            -1,
            timed.key(),
            timed.value(),
            timed.headerNames(),
            timed.headerValues());
    assertThatThrownBy(() -> intake.accept(raw))
        .isExactlyInstanceOf(RejectedRecordException.class)
        .hasMessageContaining("no timestamp");
  }

  @Test
  void tombstoneIsRejected() {
    assertThatThrownBy(() -> intake.accept(raw(utf8("acme:ann"), null)))
        .isInstanceOf(UndecodableRecordException.class);
  }

  @Test
  void damagedBytesAreRejectedWhateverTheyAre() throws Exception {
    byte[] good = events.bytes(tagged(T));
    Random random = new Random(7);
    int rejected = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 4));
      for (int flips = 1 + random.nextInt(3); flips > 0 && bad.length > 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        UserEvent unused = intake.accept(raw(utf8("acme:ann"), bad));
      } catch (RejectedRecordException e) {
        rejected++;
      }
    }
    assertThat(rejected).isGreaterThan(15_000);
  }

  @Test
  void lengthBeyondTheValueIsRejectedWithoutAllocatingIt() {
    byte[] good = events.bytes(tagged(T));
    byte[] huge = {-2, -1, -1, -1, 15}; // 2^31 - 1 as Avro writes it: the event id's length.
    byte[] bad = Arrays.copyOf(good, 5 + huge.length + 10);
    System.arraycopy(huge, 0, bad, 5, huge.length);
    assertThatThrownBy(() -> intake.accept(raw(utf8("acme:ann"), bad)))
        .isInstanceOf(UndecodableRecordException.class);
  }
}
