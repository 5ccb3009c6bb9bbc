package io.hydra.trainer.head;

import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import io.hydra.trainer.evidence.UserEvidence;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Forgets an erased user's heads and evidence, and fits again what their history and the later
 * evidence still hold.
 *
 * <p>The record of an erasure is written after the history was erased, so whatever is read here, or
 * for any request that comes later, is what is left. A request that was handled before this record
 * may have fitted what is gone; its heads precede the tombstone in the same partition, or say that
 * they did not know the erasure, so they never outlive it. A repeated record may meet heads that
 * were fitted on newer events: they are fitted again, to the same values, and those in Redis stay
 * meanwhile if their fit knew the erasure. It is not skipped, since with the erasure also the
 * deletion of the heads in Redis was repeated.
 */
final class ErasureProcessor extends HeadsProcessor<UserErased> {
  ErasureProcessor(Parts parts, RegistryDeserializer<UserErased> values) {
    super(parts, values, Topic.ERASURES);
  }

  @Override
  UserKey user(byte[] key, UserErased value) throws RejectedRecordException {
    return Records.user(key, value.getTenant(), value.getUserId());
  }

  @Override
  void handle(Record<byte[], byte[]> record, UserKey user, UserErased erased)
      throws RejectedRecordException {
    UserHeads known = heads(user);
    // Also without heads here: the topic may hold some that another trainer's state knew of.
    removeHeads(record, user);
    UserEvidence evidence = evidenceForErasure(user);
    evidence.erase(erased.getErasedUpTo());
    metrics.erasures.increment();
    Set<String> tasks = new TreeSet<>(evidence.tasks());
    if (known == null) {
      // Never any, or a trainer that starts over: then Redis may hold some that have just gone.
      tasks.addAll(bases.tasks().ids());
    } else {
      known.getTasks().forEach(row -> tasks.add(row.getTask()));
    }
    fitAgain(record, user, tasks, evidence);
  }

  /**
   * @throws RejectedRecordException for the last of the histories that can never be read; the other
   *     tasks have their heads by then
   */
  private void fitAgain(
      Record<byte[], byte[]> record, UserKey user, Set<String> tasks, UserEvidence evidence)
      throws RejectedRecordException {
    UserHeads left = null;
    RejectedRecordException unreadable = null;
    for (String id : tasks) {
      Optional<TaskSpec> task = bases.task(id);
      try {
        List<TaskHeads> fitted =
            task.isEmpty() ? List.of() : fit(user, task.get(), evidence, false);
        if (!fitted.isEmpty()) {
          left = bases.with(left, user, fitted);
        }
      } catch (RejectedRecordException e) {
        unreadable = e;
      }
    }
    if (left != null) {
      publish(record, user, left);
    }
    if (unreadable != null) {
      throw unreadable;
    }
  }
}
