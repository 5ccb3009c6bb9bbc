package io.hydra.llm.store;

import java.io.ByteArrayOutputStream;

/** Bytes that wait to be written together. */
final class GroupedBytes extends ByteArrayOutputStream {
  void add(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  /** The first {@link #size} of them count. */
  byte[] bytes() {
    return buf;
  }

  void clear() {
    reset();
  }
}
