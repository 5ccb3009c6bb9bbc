package io.hydra.ingest;

import io.hydra.schemas.avro.Response;

/**
 * A response on the response topic, this client's or another's. Counting these per query id tells
 * whether each query was answered exactly once.
 *
 * @param response the decoded value
 * @param partition of the response topic
 * @param offset in that partition
 * @param awaited whether it completed a future of this client: false for another client's query, a
 *     second response and one that came too late
 */
public record ResponseSeen(Response response, int partition, long offset, boolean awaited) {}
