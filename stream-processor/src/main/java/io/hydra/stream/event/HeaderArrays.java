package io.hydra.stream.event;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Kafka's headers as two arrays, which Flink serializes without help, and back. */
final class HeaderArrays {
  private HeaderArrays() {}

  static String[] names(Headers headers) {
    Header[] all = headers.toArray();
    String[] names = new String[all.length];
    for (int i = 0; i < all.length; i++) {
      names[i] = all[i].key();
    }
    return names;
  }

  static byte[][] values(Headers headers) {
    Header[] all = headers.toArray();
    byte[][] values = new byte[all.length][];
    for (int i = 0; i < all.length; i++) {
      values[i] = all[i].value();
    }
    return values;
  }

  static Headers toHeaders(String[] names, byte[][] values) {
    Headers headers = new RecordHeaders();
    for (int i = 0; i < names.length; i++) {
      headers.add(names[i], values[i]);
    }
    return headers;
  }
}
