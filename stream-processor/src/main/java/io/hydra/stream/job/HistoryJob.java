package io.hydra.stream.job;

import io.hydra.stream.event.DeadLetter;
import io.hydra.stream.event.EventDecoder;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.event.RegistryFactory;
import io.hydra.stream.history.BatchSettings;
import io.hydra.stream.history.HistoryStoreFactory;
import io.hydra.stream.history.HistoryVersion;
import io.hydra.stream.history.HistoryWrite;
import io.hydra.stream.history.HistoryWriter;
import io.hydra.stream.trigger.HeadRequest;
import io.hydra.stream.trigger.HeadTrigger;
import io.hydra.stream.trigger.TriggerSettings;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job graph, whatever it reads from and writes to.
 *
 * <pre>
 * events ─▶ decode ─▶ write history ─▶ (by tenant:user) trigger ─▶ head requests
 *             └─▶ dead letters
 * </pre>
 *
 * The first three are one chain without a shuffle, so a user's events are written in the order of
 * their partition.
 *
 * @param registry decodes the events
 * @param stores holds the histories
 */
public record HistoryJob(
    RegistryFactory registry,
    HistoryStoreFactory stores,
    BatchSettings batches,
    TriggerSettings triggers) {
  /** No limit: a write waits for the store as long as it takes, and the source waits for it. */
  private static final long NO_TIMEOUT = 0;

  /** Adds the job to {@code env}. */
  public void build(
      StreamExecutionEnvironment env,
      Source<RawRecord, ?, ?> events,
      Sink<DeadLetter> deadLetters,
      Sink<HeadRequest> headRequests) {
    SingleOutputStreamOperator<HistoryWrite> writes =
        env.fromSource(
                events,
                WatermarkStrategy.noWatermarks(),
                "events",
                TypeInformation.of(RawRecord.class))
            .uid(OperatorUids.EVENTS)
            .process(new EventDecoder(registry))
            .returns(TypeInformation.of(HistoryWrite.class))
            .name("decode")
            .uid(OperatorUids.DECODE);

    writes
        .getSideOutput(EventDecoder.DEAD_LETTERS)
        .sinkTo(deadLetters)
        .name("dead-letters")
        .uid(OperatorUids.DEAD_LETTERS);

    AsyncDataStream.orderedWait(
            writes,
            new HistoryWriter(stores, batches),
            NO_TIMEOUT,
            TimeUnit.MILLISECONDS,
            batches.inFlight())
        .returns(TypeInformation.of(HistoryVersion.class))
        .name("write-history")
        .uid(OperatorUids.WRITE_HISTORY)
        .keyBy(HistoryVersion::userKey, Types.STRING)
        .process(new HeadTrigger(triggers))
        .returns(TypeInformation.of(HeadRequest.class))
        .name("trigger")
        .uid(OperatorUids.TRIGGER)
        .sinkTo(headRequests)
        .name("head-requests")
        .uid(OperatorUids.HEAD_REQUESTS);
  }
}
