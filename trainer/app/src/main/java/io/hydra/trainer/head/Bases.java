package io.hydra.trainer.head;

import io.hydra.model.PersonalModel;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.TaskHeads;
import io.hydra.schemas.avro.UserHeads;
import io.hydra.schemas.user.UserKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The bases that heads are kept up for: one, or during a roll-out two, so that serving can go from
 * one to the other and back. A task of either is a task; where both have it, the first one's says
 * what it is.
 *
 * @param models at least one, of different versions
 */
public record Bases(List<PersonalModel> models) implements AutoCloseable {
  public Bases {
    models = List.copyOf(models);
  }

  public PersonalModel first() {
    return models.get(0);
  }

  public List<String> versions() {
    return models.stream().map(PersonalModel::baseVersion).toList();
  }

  /** Names of all heads that may be kept: {@code TASK:BASE}. */
  public List<String> headNames() {
    return models.stream()
        .flatMap(model -> model.tasks().ids().stream().map(id -> id + ":" + model.baseVersion()))
        .toList();
  }

  /** Those that make vectors of items which are worth keeping beside their history. */
  List<PersonalModel> keepingVectors() {
    return models.stream().filter(PersonalModel::keepsVectors).toList();
  }

  /** The tasks of all bases. */
  public TaskCatalogue tasks() {
    return models.stream()
        .map(PersonalModel::tasks)
        .reduce(TaskCatalogue::withMissingFrom)
        .orElseThrow();
  }

  /** The task as the first base that has it does. */
  Optional<TaskSpec> task(String id) {
    return models.stream().flatMap(model -> model.tasks().find(id).stream()).findFirst();
  }

  /** The heads that are known for a task, of the bases here. */
  List<TaskHeads> rows(UserHeads known, String task) {
    return known == null
        ? List.of()
        : known.getTasks().stream()
            .filter(row -> row.getTask().equals(task) && versions().contains(row.getBaseVersion()))
            .toList();
  }

  /**
   * Tells whether there are heads for a task of every base that knows it, and all are as new.
   *
   * @param version of the history that they must have seen, at least
   * @param digest of the evidence that they must have learned from
   */
  boolean areUpToDate(UserHeads known, String task, long version, long digest) {
    List<TaskHeads> rows = rows(known, task);
    long wanted = models.stream().filter(model -> model.tasks().find(task).isPresent()).count();
    return rows.size() == wanted
        && rows.stream()
            .allMatch(
                row -> row.getHistoryVersion() >= version && row.getEvidenceDigest() == digest);
  }

  /**
   * @param known the user's heads so far; null if none
   * @param fitted of one task, for each base that could be fitted; take the place of all of the
   *     task's
   */
  UserHeads with(UserHeads known, UserKey user, List<TaskHeads> fitted) {
    List<TaskHeads> rows = new ArrayList<>(known == null ? List.of() : known.getTasks());
    rows.removeIf(other -> fitted.stream().anyMatch(row -> row.getTask().equals(other.getTask())));
    rows.addAll(fitted);
    // The record does not show which task was fitted last.
    rows.sort(Comparator.comparing(TaskHeads::getTask).thenComparing(TaskHeads::getBaseVersion));
    return new UserHeads(user.tenant(), user.userId(), rows);
  }

  @Override
  public void close() {
    models.forEach(PersonalModel::close);
  }
}
