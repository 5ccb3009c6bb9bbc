package io.hydra.stream.writer;

import io.hydra.runtime.retry.Retry;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.store.HistoryStore;
import io.hydra.schemas.store.HistoryStore.Effect;
import io.hydra.schemas.store.HistoryStore.Erased;
import io.hydra.schemas.store.HistoryStore.Erasure;
import io.hydra.schemas.store.HistoryStore.Outcome;
import io.hydra.schemas.store.HistoryStore.Write;
import io.hydra.stream.event.DeadLetter;
import io.hydra.stream.event.EventDecoder;
import io.hydra.stream.event.UserEvent;
import io.hydra.stream.history.ErasedUser;
import io.hydra.stream.history.HistoryVersion;
import io.hydra.stream.metrics.HydraMetrics;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Writes events to their histories without holding up the task: in batches, several on the way at a
 * time, and no more events and bytes than allowed. What a record costs beyond the write itself is a
 * place in a list; Flink's own async operator wraps, queues and wakes for each one.
 *
 * <p>A checkpoint waits until everything before it is written. So there is no state here, and a
 * committed offset says that all events before it are in their histories.
 */
final class HistoryWriter extends AbstractStreamOperator<HistoryVersion>
    implements OneInputStreamOperator<UserEvent, HistoryVersion> {
  private static final long serialVersionUID = 1L;

  private final HistoryStore.Factory stores;
  private final BatchSettings settings;
  private final transient MailboxExecutor mailbox;
  private transient BatchSender sender;
  private transient WriterMetrics metrics;
  private transient List<UserEvent> open;
  private transient int inFlight;
  private transient long bytesInFlight;
  private transient long bytesOpen;
  private transient long watermark;

  HistoryWriter(
      StreamOperatorParameters<HistoryVersion> parameters,
      HistoryStore.Factory stores,
      BatchSettings settings) {
    super(parameters);
    this.stores = stores;
    this.settings = settings;
    this.mailbox = parameters.getMailboxExecutor();
  }

  @Override
  public void open() throws Exception {
    super.open();
    HydraMetrics registry = new HydraMetrics(getMetricGroup());
    metrics = new WriterMetrics(registry, () -> inFlight);
    watermark = Long.MIN_VALUE;
    open = new ArrayList<>(settings.size());
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    sender =
        new BatchSender(
            new MeasuredStore(stores.open(), registry, System::nanoTime),
            Retry.endless("the history store", e -> e instanceof HistoryStore.UnavailableException),
            new ToMailbox(),
            run -> {
              Thread thread = new Thread(run, "history-writer-" + subtask);
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void processElement(StreamRecord<UserEvent> element) throws Exception {
    UserEvent event = element.getValue();
    metrics.accepted(event, watermark);
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
    super.close();
  }

  /**
   * @param acknowledgedAt when the store had answered, milliseconds since the epoch
   */
  private void emit(List<UserEvent> batch, List<BatchSender.Result> results, long acknowledgedAt) {
    for (int i = 0; i < batch.size(); i++) {
      UserEvent event = batch.get(i);
      bytesInFlight -= event.bytes();
      BatchSender.Result result = results.get(i);
      if (result.erased() != null) {
        metrics.erased(event, acknowledgedAt);
        emitErased(event.erasure(), result.erased(), acknowledgedAt);
      } else {
        metrics.written(event, result.outcome().effect(), acknowledgedAt);
        emitOutcome(event, result.outcome());
      }
    }
    inFlight -= batch.size();
  }

  private void emitOutcome(UserEvent event, Outcome outcome) {
    if (outcome.effect() == Effect.REFUSED) {
      var reason =
          new RejectedRecordException(
              "a key of the user in Redis is of another type, or holds what is not a number, so"
                  + " nothing can be written to it: delete the key, then replay from here");
      output.collect(
          EventDecoder.DEAD_LETTERS, new StreamRecord<>(DeadLetter.of(event.raw(), reason)));
    } else if (outcome.effect() != Effect.ERASED) {
      Write write = event.write();
      forward(
          HistoryVersion.of(
              write.user().asRecordKey(), write.task(), outcome.version(), outcome.entered()));
    }
  }

  private void emitErased(Erasure erasure, Erased erased, long performedAt) {
    String userKey = erasure.user().asRecordKey();
    forward(
        HistoryVersion.erased(
            new ErasedUser(
                userKey,
                erasure.eventId(),
                erasure.upTo(),
                erased.removed(),
                erased.kept(),
                performedAt)));
    for (Erased.Left left : erased.left()) {
      forward(HistoryVersion.left(userKey, left.task(), left.version()));
    }
  }

  private void forward(HistoryVersion version) {
    output.collect(new StreamRecord<>(version));
  }

  /** Back to the task's own thread, which alone may emit. */
  private final class ToMailbox implements BatchSender.Listener {
    @Override
    public void written(List<UserEvent> batch, List<BatchSender.Result> results) {
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
