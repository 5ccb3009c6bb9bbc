package io.hydra.serving.reply;

import io.hydra.schemas.avro.Response;

/** A response and its bytes on the wire, which for a recorded response are those first sent. */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
public record Reply(Response response, byte[] bytes) {}
