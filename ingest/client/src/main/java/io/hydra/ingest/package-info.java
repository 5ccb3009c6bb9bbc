/**
 * The Java client of apps.
 *
 * <p>To tell the system what a user did:
 *
 * <pre>{@code
 * var connection =
 *     new HydraConnection("127.0.0.1:9092", "http://127.0.0.1:8081/apis/ccompat/v7");
 * var events = BehaviorEventPublisher.connect(connection); // for as long as the app runs
 * events.publish(BehaviorEvents.interaction(
 *     "review-4711", new UserKey("shop", "ann"), "LaMP_3", Instant.now(),
 *     "The strings went dull within a week.", "2")).join();
 * }</pre>
 *
 * <p>To ask for an answer in the user's own way:
 *
 * <pre>{@code
 * try (var queries = QueryClient.connect(connection)) {
 *   Query query = Query.newBuilder()
 *       .setQueryId(UUID.randomUUID().toString())
 *       .setTenant("shop").setUserId("ann").setTask("LaMP_3")
 *       .setInput("Stays in tune, feels cheap.")
 *       .setDeadline(Instant.now().plusSeconds(10))
 *       .build();
 *   Response response = queries.ask(query).join();
 *   String stars = response.getText();       // null unless the status is OK or DEGRADED
 *   events.publish(BehaviorEvents.accepted(    // or rejected, chose, edited, rated
 *       "verdict-1", new UserKey("shop", "ann"), "LaMP_3", Instant.now(), query.getQueryId()));
 * }
 * }</pre>
 *
 * <p>An app in another language produces and consumes the same records: Avro in Confluent's wire
 * format, keyed {@code tenant:user}; a query carries the header {@code kafka_correlationId}, which
 * its response echoes.
 *
 * <p>A test that builds a {@link io.hydra.schemas.avro.Response} itself calls {@link
 * io.hydra.schemas.registry.RegistrySerializer#trustRecords} first, as every client does: until
 * then Avro calls its records forbidden.
 */
package io.hydra.ingest;
