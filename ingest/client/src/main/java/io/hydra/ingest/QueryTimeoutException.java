package io.hydra.ingest;

import java.time.Instant;

/** No response came by the query's deadline; serving is down, behind, or cut off. */
public final class QueryTimeoutException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String queryId;
  private final Instant deadline;

  public QueryTimeoutException(String queryId, Instant deadline) {
    super(
        "no response to query %s by its deadline %s: check that serving runs and allows the reply topic, and its lag"
            .formatted(queryId, deadline));
    this.queryId = queryId;
    this.deadline = deadline;
  }

  public String queryId() {
    return queryId;
  }

  public Instant deadline() {
    return deadline;
  }
}
