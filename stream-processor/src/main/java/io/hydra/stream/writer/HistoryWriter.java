package io.hydra.stream.writer;

import io.hydra.runtime.service.Threads;
import io.hydra.runtime.trace.Tracing;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.topic.ConsumerGroups;
import io.hydra.schemas.topic.HydraHeaders;
import io.hydra.stream.event.DeadLetter;
import io.hydra.stream.event.EventDecoder;
import io.hydra.stream.event.RawRecord;
import io.hydra.stream.event.UserEvent;
import io.hydra.stream.metrics.BucketHistogram;
import io.hydra.stream.metrics.HydraMetric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Writes events to their histories without holding up the task: in batches, several on the way at a
 * time, and no more events and bytes than allowed. What a record costs beyond the write itself is a
 * place in a list; Flink's own async operator wraps, queues and wakes for each one.
 *
 * <p>A checkpoint waits until everything before it is written. So there is no state here, and a
 * committed offset says that all events before it are in their histories.
 */
public final class HistoryWriter extends AbstractStreamOperator<HistoryVersion>
    implements OneInputStreamOperator<UserEvent, HistoryVersion> {
  private static final long serialVersionUID = 1L;

  private final SerializableSupplier<HistoryStore> stores;
  private final BatchSettings settings;
  private final SerializableSupplier<Map<String, String>> environment;
  private final transient MailboxExecutor mailbox;
  private transient Tracing tracing;
  private transient BatchSender sender;
  private transient HydraMetric.Counters<Effect> effects;
  private transient Counter erasures;
  private transient Counter lateEvents;
  private transient BucketHistogram eventToHistory;
  private transient List<UserEvent> open;
  private transient int inFlight;
  private transient long bytesInFlight;
  private transient long bytesOpen;
  private transient long watermark;

  private HistoryWriter(StreamOperatorParameters<HistoryVersion> parameters, Factory factory) {
    super(parameters);
    this.stores = factory.stores;
    this.settings = factory.settings;
    this.environment = factory.environment;
    this.mailbox = parameters.getMailboxExecutor();
  }

  /** Makes one for each subtask. */
  public static final class Factory extends AbstractStreamOperatorFactory<HistoryVersion>
      implements OneInputStreamOperatorFactory<UserEvent, HistoryVersion> {
    private static final long serialVersionUID = 1L;

    private final SerializableSupplier<HistoryStore> stores;
    private final BatchSettings settings;
    private final SerializableSupplier<Map<String, String>> environment;

    /**
     * @param stores opens a store on the task that needs one
     */
    public Factory(SerializableSupplier<HistoryStore> stores, BatchSettings settings) {
      this(stores, settings, System::getenv);
    }

    /**
     * @param environment of the task's process, for {@link Tracing}
     */
    Factory(
        SerializableSupplier<HistoryStore> stores,
        BatchSettings settings,
        SerializableSupplier<Map<String, String>> environment) {
      this.stores = stores;
      this.settings = settings;
      this.environment = environment;
    }

    @Override
    @SuppressWarnings("unchecked") // Flink's signature lets the caller choose the operator's type.
    public <T extends StreamOperator<HistoryVersion>> T createStreamOperator(
        StreamOperatorParameters<HistoryVersion> parameters) {
      return (T) new HistoryWriter(parameters, this);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
      return HistoryWriter.class;
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    MetricGroup group = getMetricGroup();
    effects =
        HydraMetric.WRITES.counters(
            group, List.of(Effect.values()), effect -> effect.name().toLowerCase(Locale.ROOT));
    erasures = HydraMetric.ERASURES.counter(group);
    lateEvents = HydraMetric.LATE_EVENTS.counter(group);
    eventToHistory = HydraMetric.EVENT_TO_HISTORY_SECONDS.histogram(group);
    HydraMetric.EVENTS_IN_FLIGHT.gauge(group, () -> inFlight);
    watermark = Long.MIN_VALUE;
    tracing = Tracing.open("stream-processor", environment.get());
    open = new ArrayList<>(settings.size());
    sender =
        new BatchSender(
            new StoreWriter(new MeasuredStore(stores.get(), group, System::nanoTime)),
            new ToMailbox(),
            Threads.daemon(
                "history-writer-" + getRuntimeContext().getTaskInfo().getIndexOfThisSubtask()));
  }

  @Override
  public void processElement(StreamRecord<UserEvent> element) throws Exception {
    UserEvent event = element.getValue();
    if (event.occurredAt() <= watermark) {
      lateEvents.inc();
    }
    open.add(event);
    inFlight++;
    long bytes = event.bytes();
    bytesInFlight += bytes;
    bytesOpen += bytes;
    if (open.size() >= settings.size() || bytesOpen >= settings.batchBytes()) {
      flush();
    } else if (open.size() == 1) {
      flushLater();
    }
    while (inFlight >= settings.inFlight() || bytesInFlight >= settings.bytes()) {
      mailbox.yield();
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    watermark = mark.getTimestamp();
    super.processWatermark(mark);
  }

  private void flushLater() {
    List<UserEvent> batch = open;
    long due = getProcessingTimeService().getCurrentProcessingTime() + settings.delay().toMillis();
    var unused =
        getProcessingTimeService()
            .registerTimer(
                due,
                now -> {
                  if (batch == open) { // Else it has left, full or before a barrier.
                    flush();
                  }
                });
  }

  private void flush() {
    if (!open.isEmpty()) {
      sender.send(open);
      open = new ArrayList<>(settings.size());
      bytesOpen = 0;
    }
  }

  /** All that came before the barrier is written before it passes. */
  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    drain();
  }

  @Override
  public void finish() throws Exception {
    drain();
    super.finish();
  }

  private void drain() throws InterruptedException {
    flush();
    while (inFlight > 0) {
      mailbox.yield();
    }
  }

  @Override
  public void close() throws Exception {
    if (sender != null) {
      sender.close();
    }
    if (tracing != null) {
      tracing.close();
    }
    super.close();
  }

  /**
   * @param acknowledgedAt the time of the store's answer, milliseconds since the epoch
   */
  private void emit(List<UserEvent> batch, List<StoreWriter.Result> results, long acknowledgedAt) {
    for (int i = 0; i < batch.size(); i++) {
      UserEvent event = batch.get(i);
      StoreWriter.Result result = results.get(i);
      bytesInFlight -= event.bytes();
      if (event.raw().timestamp() >= 0) {
        eventToHistory.record(acknowledgedAt - event.raw().timestamp());
      }
      if (tracing.isOn()) {
        trace(event.raw(), acknowledgedAt);
      }
      if (result.erased() != null) {
        erasures.inc();
        emitErased(event.erasure(), result.erased(), acknowledgedAt);
      } else {
        effects.inc(result.outcome().effect());
        emitOutcome(event, result.outcome());
      }
    }
    inFlight -= batch.size();
  }

  /** From the record's own time. What names no trace begins none: there are many events. */
  private void trace(RawRecord raw, long acknowledgedAt) {
    if (raw.header(HydraHeaders.TRACEPARENT) != null) {
      tracing
          .process(raw.topic(), ConsumerGroups.STREAM_PROCESSOR, raw::header, raw.timestamp())
          .set("messaging.destination.partition.id", Integer.toString(raw.partition()))
          .set("messaging.kafka.offset", raw.offset())
          .end(acknowledgedAt);
    }
  }

  private void emitOutcome(UserEvent event, Outcome outcome) {
    if (outcome.effect() == Effect.REFUSED) {
      var reason =
          new RejectedRecordException(
              "a key of the user in Redis is of another type, or holds what cannot be read, so nothing"
                  + " can be written to it: delete the key, then make the histories again: hydra rebuild");
      output.collect(
          EventDecoder.DEAD_LETTERS, new StreamRecord<>(DeadLetter.of(event.raw(), reason)));
    } else if (outcome.effect() != Effect.ERASED) {
      forward(
          HistoryVersion.of(
              event.write().user().recordKey(),
              event.write().task(),
              outcome.version(),
              outcome.entered()));
    }
  }

  private void emitErased(Erasure erasure, Erased erased, long performedAt) {
    String userKey = erasure.user().recordKey();
    forward(
        HistoryVersion.erased(
            new HistoryVersion.ErasedUser(
                userKey,
                erasure.eventId(),
                erasure.upTo(),
                erased.removed(),
                erased.kept(),
                performedAt)));
    erased
        .left()
        .forEach(left -> forward(HistoryVersion.left(userKey, left.task(), left.version())));
  }

  private void forward(HistoryVersion version) {
    output.collect(new StreamRecord<>(version));
  }

  /** Back to the task's own thread, which alone may emit. */
  private final class ToMailbox implements BatchSender.Listener {
    @Override
    public void written(List<UserEvent> batch, List<StoreWriter.Result> results) {
      long now = getProcessingTimeService().getCurrentProcessingTime();
      mailbox.execute(() -> emit(batch, results, now), "events written to their histories");
    }

    @Override
    public void failed(Throwable failure) {
      mailbox.execute(
          () -> {
            throw new IllegalStateException("the history store failed", failure);
          },
          "history store failed");
    }
  }
}
