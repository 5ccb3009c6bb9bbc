package io.hydra.llm;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that writes until it is killed. Says "flushed" after the first thousand values. */
final class WriterProcess {
  static final int FLUSHED = 1000;

  private WriterProcess() {}

  static KeyedLog.Key key(int i) {
    return new KeyedLog.Key(i, ~i);
  }

  static byte[] value(int i) {
    return ("value " + i).repeat(1 + i % 7).getBytes(StandardCharsets.UTF_8);
  }

  public static void main(String[] args) {
    KeyedLog log = KeyedLog.open(Path.of(args[0]), (byte) 1);
    for (int i = 0; ; i++) {
      log.put(key(i), value(i));
      if (i == FLUSHED - 1) {
        System.out.println("flushed");
      }
      if (i == Integer.parseInt(args[1])) {
        log.close();
        return;
      }
    }
  }
}
