package io.hydra.trainer.head;

import io.hydra.model.PersonalModel;
import io.hydra.model.UnfittableHistoryException;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.user.UserKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A user's heads, fitted to what their history holds now.
 *
 * @param histories read anew for each fit
 */
record HistoryFits(PersonalModel model, HistoryReader histories, TrainerMetrics metrics) {
  /**
   * @return empty where the history is
   * @throws RejectedRecordException if the history can never be read by this program, or no heads
   *     can be fitted to it
   */
  Optional<TaskHeads> fit(UserKey user, TaskSpec task, Instant now) throws RejectedRecordException {
    History history = histories.read(user, task.id());
    if (history.items().isEmpty()) {
      return Optional.empty();
    }
    Heads heads;
    long start = System.nanoTime();
    try {
      heads = model.fit(task, history).heads();
      metrics.fits.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    } catch (UnfittableHistoryException e) {
      throw new RejectedRecordException(e.getMessage(), e);
    } catch (StackOverflowError e) {
      // Of this history's shape, like every exception of a fit: no fault of the process.
      throw new RejectedRecordException(
          "no heads can be fitted to the history (%s)".formatted(e.getClass().getName()), e);
    }
    return Optional.of(
        TaskHeads.newBuilder()
            .setTask(task.id())
            .setBaseVersion(model.baseVersion())
            .setHistoryVersion(history.version())
            .setUpdatedAt(now)
            .setHeads(ByteBuffer.wrap(HeadsCodec.encode(heads)))
            .build());
  }

  /**
   * @param known the user's heads so far; null if none
   * @param row takes the place of the same task's
   */
  static UserHeads with(UserHeads known, UserKey user, TaskHeads row) {
    List<TaskHeads> rows = new ArrayList<>();
    if (known != null) {
      known.getTasks().stream().filter(t -> !t.getTask().equals(row.getTask())).forEach(rows::add);
    }
    rows.add(row);
    return UserHeads.newBuilder()
        .setTenant(user.tenant())
        .setUserId(user.userId())
        .setTasks(rows)
        .build();
  }
}
