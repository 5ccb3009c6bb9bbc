package io.hydra.serving.reply;

import io.hydra.schemas.topic.HydraHeaders;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What a response carries over from its query's headers. Each is bounded, so that no query can make
 * its own response too large to be produced.
 *
 * @param complaints what was left behind
 */
public record CarriedHeaders(Headers headers, List<String> complaints) {
  static final int MAX_VALUE_BYTES = 4 * 1024;
  private static final List<String> NAMES =
      List.of(HydraHeaders.CORRELATION_ID, HydraHeaders.TRACEPARENT, HydraHeaders.TRACESTATE);

  public CarriedHeaders {
    complaints = List.copyOf(complaints);
  }

  public static CarriedHeaders of(Headers query) {
    Headers carried = new RecordHeaders();
    List<String> complaints = new ArrayList<>();
    for (String name : NAMES) {
      Header header = query.lastHeader(name);
      if (header == null) {
        continue;
      }
      if (header.value() != null && header.value().length > MAX_VALUE_BYTES) {
        complaints.add(
            "the header %s has more than %d bytes and is not carried over"
                .formatted(name, MAX_VALUE_BYTES));
      } else {
        carried.add(name, header.value());
      }
    }
    return new CarriedHeaders(carried, complaints);
  }
}
