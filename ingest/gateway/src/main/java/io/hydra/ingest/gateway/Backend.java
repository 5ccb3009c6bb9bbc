package io.hydra.ingest.gateway;

import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The system behind the gateway. */
public interface Backend {
  /**
   * Hands an event over.
   *
   * @param headers sent along
   * @return completes once it cannot be lost any more; fails with a {@link
   *     io.hydra.ingest.gateway.http.Refusal} if it was not taken, or nobody knows whether it was
   * @throws io.hydra.ingest.gateway.http.Refusal if it breaks a rule
   */
  CompletableFuture<Void> publish(BehaviorEvent event, Map<String, String> headers);

  /**
   * Asks a query.
   *
   * @param headers sent along
   * @return its response, whatever the status; fails with a {@link
   *     io.hydra.ingest.gateway.http.Refusal}
   * @throws io.hydra.ingest.gateway.http.Refusal if it breaks a rule
   */
  CompletableFuture<Response> ask(Query query, Map<String, String> headers);
}
