package io.hydra.serving.query;

import io.hydra.model.task.TaskCatalogue;
import io.hydra.runtime.failure.Failures;
import io.hydra.schemas.avro.Exposure;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.registry.RegistrySerializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.serving.answer.Exposures;
import io.hydra.serving.answer.Question;
import io.hydra.serving.reply.Outbox;
import io.hydra.serving.reply.Outbox.ProducerFailedException;
import io.hydra.serving.reply.Outbox.UndeliverableException;
import io.hydra.serving.reply.PartitionCounts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what users are shown to {@code hydra.exposures}. An answer never waits for its exposure,
 * nor fails with it: one that the topic does not take is lost, and so is what a verdict on it could
 * have taught. The log tells of the first loss of a series, and of its end.
 */
public final class ExposureSender {
  private static final Logger log = LoggerFactory.getLogger(ExposureSender.class);

  /** Twice the longest pause between two attempts, of which one follows the broker's return. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final String TOPIC = Topic.EXPOSURES.topicName();

  private final Outbox outbox;
  private final RegistrySerializer<Exposure> serializer;
  private final PartitionCounts topics;
  private final Function<String, TaskCatalogue> tasks;

  /** Exposures lost since one was written. */
  private final AtomicInteger losses = new AtomicInteger();

  /** The end of an exposure. */
  public enum Outcome {
    WRITTEN,
    LOST
  }

  /**
   * @param outbox with a thread of its own, so that a topic that is missing delays no answer
   * @param topics knows whether the topic is missing
   * @param tasks of the base of a version
   */
  public ExposureSender(
      Outbox outbox,
      RegistrySerializer<Exposure> serializer,
      PartitionCounts topics,
      Function<String, TaskCatalogue> tasks) {
    this.outbox = outbox;
    this.serializer = serializer;
    this.topics = topics;
    this.tasks = tasks;
  }

  /**
   * Sends the exposure of a response, if it has one.
   *
   * @param answered completes, in whatever way, when the response needs no more care: a broker that
   *     holds up both is waited for as long as the response is
   * @return empty if there was nothing to send; fails only with {@link ProducerFailedException}
   */
  CompletableFuture<Optional<Outcome>> send(
      Question question, Response response, CompletableFuture<?> answered) {
    Optional<ProducerRecord<byte[], byte[]>> record;
    try {
      record = record(question, response);
    } catch (RuntimeException e) {
      return lose(e);
    }
    if (record.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    if (topics.isAbsent(TOPIC)) {
      return lose(UndeliverableException.ofMissingTopic());
    }
    BooleanSupplier revoked = question.deadline().abandoned();
    return outbox
        .send(record.get(), revoked, PATIENCE, answered)
        .thenApply(
            done -> {
              if (!revoked.getAsBoolean()) {
                endLosses();
              }
              return Optional.of(Outcome.WRITTEN);
            })
        .exceptionallyCompose(
            error ->
                Failures.unwrap(error) instanceof ProducerFailedException failure
                    ? CompletableFuture.failedFuture(failure)
                    : lose(Failures.unwrap(error)));
  }

  private Optional<ProducerRecord<byte[], byte[]>> record(Question question, Response response) {
    // What is withheld for its reply topic was not shown to anybody.
    return question.route().isStray()
        ? Optional.empty()
        : Exposures.of(
                question.query(),
                question.askedAt(),
                response,
                tasks.apply(response.getBaseVersion()).find(response.getTask()))
            .map(shown -> serializer.serialize(TOPIC, shown))
            .map(value -> new ProducerRecord<>(TOPIC, question.key(), value));
  }

  private CompletableFuture<Optional<Outcome>> lose(Throwable why) {
    if (losses.getAndIncrement() == 0) {
      log.warn(
          "what users are shown is not written to {}, and lost: verdicts on these answers teach"
              + " nothing: {}",
          TOPIC,
          why instanceof UndeliverableException refused
              ? "the topic " + refused.getMessage()
              : why.getClass().getName());
    }
    return CompletableFuture.completedFuture(Optional.of(Outcome.LOST));
  }

  private void endLosses() {
    int lost = losses.getAndSet(0);
    if (lost > 0) {
      log.info("what users are shown is written to {} again, after {} were lost", TOPIC, lost);
    }
  }
}
