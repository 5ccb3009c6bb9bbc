package io.hydra.infra.bench.loop;

import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.user.UserKey;

/**
 * Something sent whose effect on a head is awaited.
 *
 * @param count of the user's events, or verdicts, with this one
 */
record HeadProbe(Kind kind, UserKey user, long count, long sentNanos) {
  /** The kind of a probe. */
  enum Kind {
    EVENT,
    VERDICT
  }

  boolean isIn(Heads heads) {
    return (kind == Kind.EVENT ? heads.historyVersion() : heads.verdicts()) >= count;
  }
}
