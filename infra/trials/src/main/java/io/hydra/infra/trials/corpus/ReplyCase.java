package io.hydra.infra.trials.corpus;

import io.hydra.schemas.avro.ResponseStatus;
import java.util.Map;
import java.util.Set;

/**
 * What an endpoint answers, and what becomes of the query.
 *
 * @param name stands in the query's text, so that the endpoint knows what to answer
 * @param body of the reply; {@code null} for a reply that never comes
 * @param statuses one of them is the response's
 * @param text of the response; null if it may be any
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record ReplyCase(
    String name,
    int status,
    Map<String, String> headers,
    byte[] body,
    Set<ResponseStatus> statuses,
    String text) {
  public ReplyCase {
    headers = Map.copyOf(headers);
    statuses = Set.copyOf(statuses);
  }

  public boolean hangs() {
    return body == null;
  }
}
