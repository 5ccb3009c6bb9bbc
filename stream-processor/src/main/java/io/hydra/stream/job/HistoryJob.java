package io.hydra.stream.job;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.stream.event.DeadLetter;
import io.hydra.stream.event.EventDecoder;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.event.UserEvent;
import io.hydra.stream.event.UserVerdict;
import io.hydra.stream.trigger.HeadRequest;
import io.hydra.stream.trigger.HeadTrigger;
import io.hydra.stream.trigger.TriggerSettings;
import io.hydra.stream.writer.BatchSettings;
import io.hydra.stream.writer.HistoryVersion;
import io.hydra.stream.writer.HistoryVersion.ErasedUser;
import io.hydra.stream.writer.HistoryWriter;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * The job graph, whatever it reads from and writes to.
 *
 * <pre>
 *             ┌─▶ verdicts (head requests)
 * events ─▶ decode ─▶ event time ─▶ write history ─▶ (by tenant:user) trigger ─▶ head requests
 *             └─▶ dead letters ◀──────────┘                               └─▶ erasures
 * </pre>
 *
 * The first four are one chain without a shuffle, so a user's events are written in the order of
 * their partition; the sink of the verdicts is chained to them as well, so that they leave without
 * waiting for a history or an exchange. A uid ties checkpointed state to its operator: changing one
 * drops that state.
 *
 * @param registry decodes the events
 * @param stores holds the histories
 * @param lateness the most that an event may be behind the latest occurred_at without counting as
 *     late. A late event is written like any other
 */
public record HistoryJob(
    SerializableSupplier<SchemaRegistryClient> registry,
    SerializableSupplier<HistoryStore> stores,
    BatchSettings batches,
    TriggerSettings triggers,
    Duration lateness) {
  /** A partition without events holds event time up no longer than this. */
  private static final Duration IDLE_AFTER = Duration.ofSeconds(10);

  /**
   * Sinks of the job's records.
   *
   * @param verdicts head requests as well, each due to a verdict
   * @param erasures the erasures, for others who hold something of the user
   */
  public record Outputs(
      Sink<DeadLetter> deadLetters,
      Sink<HeadRequest> headRequests,
      Sink<UserVerdict> verdicts,
      Sink<ErasedUser> erasures) {}

  /** Adds the job to {@code env}. */
  public void build(
      StreamExecutionEnvironment env, Source<RawRecord, ?, ?> events, Outputs outputs) {
    SingleOutputStreamOperator<UserEvent> decoded =
        env.fromSource(
                events,
                WatermarkStrategy.noWatermarks(),
                "events",
                TypeInformation.of(RawRecord.class))
            .uid("events")
            .process(new EventDecoder(registry))
            .returns(TypeInformation.of(UserEvent.class))
            .name("decode")
            .uid("decode");

    decoded
        .getSideOutput(EventDecoder.VERDICTS)
        .sinkTo(outputs.verdicts())
        .name("verdicts")
        .uid("verdicts");

    SingleOutputStreamOperator<HistoryVersion> versions =
        decoded
            .assignTimestampsAndWatermarks(eventTime())
            .name("event-time")
            .uid("event-time")
            .transform(
                "write-history",
                TypeInformation.of(HistoryVersion.class),
                new HistoryWriter.Factory(stores, batches))
            .uid("write-history");

    decoded
        .getSideOutput(EventDecoder.DEAD_LETTERS)
        .union(versions.getSideOutput(EventDecoder.DEAD_LETTERS))
        .sinkTo(outputs.deadLetters())
        .name("dead-letters")
        .uid("dead-letters");

    SingleOutputStreamOperator<HeadRequest> requests =
        versions
            .keyBy(HistoryVersion::userKey, Types.STRING)
            .process(new HeadTrigger(triggers))
            .returns(TypeInformation.of(HeadRequest.class))
            .name("trigger")
            .uid("trigger");

    requests.sinkTo(outputs.headRequests()).name("head-requests").uid("head-requests");
    requests
        .getSideOutput(HeadTrigger.ERASURES)
        .sinkTo(outputs.erasures())
        .name("erasures")
        .uid("erasures");
  }

  private WatermarkStrategy<UserEvent> eventTime() {
    return WatermarkStrategy.<UserEvent>forBoundedOutOfOrderness(lateness)
        .withTimestampAssigner((event, timestamp) -> event.occurredAt())
        .withIdleness(IDLE_AFTER);
  }
}
