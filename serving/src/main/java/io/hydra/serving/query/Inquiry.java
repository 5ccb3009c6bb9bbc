package io.hydra.serving.query;

import io.hydra.serving.answer.Question;
import io.hydra.serving.consume.Accepted;
import io.hydra.serving.reply.CarriedHeaders;
import io.hydra.serving.reply.ReplyRoute;

/**
 * A query that was read, and all that its response needs of its record.
 *
 * @param accepted the record without value and headers, so that nothing is held twice
 */
record Inquiry(Accepted accepted, Question question, ReplyRoute route, CarriedHeaders carried) {}
