package io.hydra.ingest.gateway.auth;

/** What a key's holder may do. */
public enum Role {
  /** Send events and verdicts. */
  EVENTS,
  /** Ask queries, and read their responses. */
  QUERIES,
  /** Read what is remembered of a user, and have it forgotten. */
  USERS
}
