package io.hydra.ingest.gateway.auth;

/** A right of a key's holder. */
public enum Role {
  /** Send events and verdicts. */
  EVENTS,
  /** Ask queries, and read their responses. */
  QUERIES,
  /** Read what is remembered of a user, and have it forgotten. */
  USERS
}
