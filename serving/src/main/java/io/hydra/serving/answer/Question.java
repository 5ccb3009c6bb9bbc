package io.hydra.serving.answer;

import io.hydra.schemas.avro.Query;
import io.hydra.schemas.user.QueryRules;
import io.hydra.schemas.user.UserKey;
import io.hydra.serving.time.StageClock;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A decoded query on its way.
 *
 * @param key of its record; may be null
 * @param acceptedAt when the record was read
 * @param deadline the query's, or, if that is too far away, the end of the longest answer time
 * @param perhapsAgain whether the query may have been answered before, by an earlier owner of its
 *     partition
 * @param complaints what the answer will lack, known before it is looked for
 * @param stages started when the record was accepted
 * @param revoked whether somebody else answers it by now
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record Question(
    Query query,
    byte[] key,
    Instant acceptedAt,
    Instant deadline,
    boolean perhapsAgain,
    List<String> complaints,
    StageClock stages,
    BooleanSupplier revoked) {
  public Question {
    complaints = List.copyOf(complaints);
  }

  /** Only for a query that {@link QueryRules} accept. */
  UserKey user() {
    return new UserKey(query.getTenant(), query.getUserId());
  }
}
