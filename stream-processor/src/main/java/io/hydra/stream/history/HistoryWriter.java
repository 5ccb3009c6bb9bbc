package io.hydra.stream.history;

import io.hydra.stream.retry.Retrier;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;

/**
 * Writes events to their histories without holding up the task. Events in flight are part of the
 * operator's state: a checkpoint need not wait for them, and a restored job writes them again. So a
 * restart must begin from a checkpoint; the committed group offsets alone are ahead of what was
 * written.
 */
public final class HistoryWriter extends RichAsyncFunction<HistoryWrite, HistoryVersion> {
  private static final long serialVersionUID = 1L;

  private final HistoryStoreFactory stores;
  private final BatchSettings batches;
  private transient WriteBatcher batcher;

  public HistoryWriter(HistoryStoreFactory stores, BatchSettings batches) {
    this.stores = stores;
    this.batches = batches;
  }

  @Override
  public void open(OpenContext context) {
    int subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    batcher =
        new WriteBatcher(
            stores.open(),
            batches,
            Retrier.endless("the history store", StoreUnavailableException.class),
            System::nanoTime,
            run -> {
              Thread thread = new Thread(run, "history-writer-" + subtask);
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void asyncInvoke(HistoryWrite write, ResultFuture<HistoryVersion> result)
      throws InterruptedException {
    var unused =
        batcher
            .submit(write)
            .whenComplete(
                (outcome, failure) -> {
                  if (failure == null) {
                    result.complete(
                        List.of(
                            new HistoryVersion(
                                write.userKey(),
                                write.task(),
                                outcome.version(),
                                outcome.entered())));
                  } else {
                    result.completeExceptionally(failure);
                  }
                });
  }

  @Override
  public void close() throws InterruptedException {
    if (batcher != null) {
      batcher.close();
    }
  }
}
