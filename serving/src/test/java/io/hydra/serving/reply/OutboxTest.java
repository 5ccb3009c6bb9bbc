package io.hydra.serving.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.runtime.retry.Backoff;
import io.hydra.runtime.retry.Outage;
import io.hydra.runtime.time.ManualTime;
import io.hydra.serving.reply.Outbox.ProducerFailedException;
import io.hydra.serving.reply.Outbox.UndeliverableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final ProducerRecord<byte[], byte[]> RECORD =
      new ProducerRecord<>("responses", new byte[] {1}, new byte[] {2});

  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> 0);

  private final ManualTime time = new ManualTime();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Outage broker = new Outage("the broker");
  private final Outbox outbox = new Outbox(producer, Runnable::run, time, BACKOFF, broker);
  private boolean revoked;

  @Test
  void completesWithTheAcknowledgementNotBefore() {
    CompletableFuture<Void> sent = send();
    assertThat(sent).isNotDone();
    producer.completeNext();
    assertThat(sent).isCompleted();
  }

  @Test
  void anAbsentBrokerIsTriedWithoutEnd() {
    CompletableFuture<Void> sent = send();
    for (int i = 0; i < 50; i++) {
      producer.errorNext(new TimeoutException());
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(sent).isNotDone();
    producer.completeNext();
    assertThat(sent).isCompleted();
    assertThat(producer.history()).hasSize(51);
  }

  @Test
  void whatIsAboutTheRecordFailsForThisRecordAlone() {
    CompletableFuture<Void> sent = send();
    producer.errorNext(new InvalidRecordException("no key"));
    assertThat(sent)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(UndeliverableException.class);
    assertThat(send()).isNotDone();
  }

  @Test
  void theRightToWriteIsWaitedFor() {
    CompletableFuture<Void> sent = send();
    producer.errorNext(new TopicAuthorizationException("responses"));
    time.advance(Duration.ofSeconds(1));
    producer.errorNext(new SaslAuthenticationException("the password was changed"));
    assertThat(sent).isNotDone();
    time.advance(Duration.ofSeconds(1));
    producer.completeNext();
    assertThat(sent).isCompleted();
  }

  @Test
  void theRightToProduceAtAllIsWaitedFor() {
    CompletableFuture<Void> sent = send();
    for (int i = 0; i < 50; i++) {
      ClusterAuthorizationException denied = new ClusterAuthorizationException("IDEMPOTENT_WRITE");
      producer.errorNext(i % 2 == 0 ? denied : new KafkaException("an earlier request", denied));
      time.advance(Duration.ofMinutes(1));
    }
    assertThat(sent).isNotDone();
    producer.completeNext();
    assertThat(sent).isCompleted();
  }

  @Test
  void aPatienceCountsFromWhenTheRecordIsHandedOverWhereverItWaits() {
    List<Runnable> held = new ArrayList<>();
    Outbox blocked = new Outbox(producer, held::add, time, BACKOFF, new Outage("a reply topic"));
    CompletableFuture<Void> sent = blocked.send(RECORD, () -> revoked, Duration.ofSeconds(3));
    time.advance(Duration.ofSeconds(3));
    assertThat(sent).isCompletedExceptionally();
    held.forEach(Runnable::run);
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void anOutageThatNobodyWaitsForAnyMoreIsNotShownForEver() {
    CompletableFuture<Void> first = outbox.send(RECORD, () -> revoked, Duration.ofSeconds(3));
    CompletableFuture<Void> second = outbox.send(RECORD, () -> revoked, Duration.ofSeconds(5));
    producer.errorNext(new TimeoutException());
    producer.errorNext(new TimeoutException());
    assertThat(broker.isOpen()).isTrue();
    time.advance(Duration.ofSeconds(3));
    assertThat(first).isCompletedExceptionally();
    assertThat(broker.isOpen()).isTrue();
    time.advance(Duration.ofSeconds(2));
    assertThat(second).isCompletedExceptionally();
    assertThat(broker.isOpen()).isFalse();
  }

  @Test
  void aPatienceIsKeptHoweverTheAttemptsEnd() {
    CompletableFuture<Void> sent = outbox.send(RECORD, () -> revoked, Duration.ofSeconds(3));
    producer.errorNext(new TimeoutException());
    time.advance(Duration.ofSeconds(2));
    assertThat(sent).isNotDone();
    time.advance(Duration.ofSeconds(1));
    assertThat(sent).isCompletedExceptionally();
    int attempts = producer.history().size();
    producer.errorNext(new TimeoutException());
    time.advance(Duration.ofMinutes(1));
    assertThat(producer.history()).hasSize(attempts);
  }

  @Test
  void aProducerThatCannotGoOnIsToldFromARecordThatCannot() {
    CompletableFuture<Void> sent = send();
    producer.errorNext(new KafkaException("in an error state", new ProducerFencedException("x")));
    assertThat(sent)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(ProducerFailedException.class);
  }

  @Test
  void aRevokedRecordIsNotProduced() {
    revoked = true;
    assertThat(send()).isCompleted();
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void aRecordRevokedBetweenAttemptsIsNotProducedAgain() {
    CompletableFuture<Void> sent = send();
    producer.errorNext(new TimeoutException());
    revoked = true;
    time.advance(Duration.ofSeconds(1));
    assertThat(sent).isCompleted();
    assertThat(producer.history()).hasSize(1);
  }

  @Test
  void aPatienceThatBeginsWithAnotherRecordWaitsAsLongAsThatOne() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    CompletableFuture<Void> sent = outbox.send(RECORD, () -> revoked, Duration.ofSeconds(5), first);
    producer.errorNext(new TimeoutException());
    time.advance(Duration.ofHours(1));
    producer.errorNext(new TimeoutException());
    assertThat(sent).isNotDone();
    first.completeExceptionally(new IllegalStateException("not taken"));
    time.advance(Duration.ofMillis(4_999));
    assertThat(sent).isNotDone();
    time.advance(Duration.ofMillis(1));
    assertThat(sent).isCompletedExceptionally();
    assertThat(broker.isOpen()).isFalse();
  }

  private CompletableFuture<Void> send() {
    return outbox.send(RECORD, () -> revoked);
  }
}
