package io.hydra.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.llm.KeyedLog.Key;
import io.hydra.schemas.config.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyedLogTest {
  private static final byte VERSION = 1;

  /** A log as it lies in users' folders: one value, "hello" under the key 1, 2. */
  private static final String KEPT =
      "48594452414c47"
          + "01"
          + "00000005"
          + "0000000000000001"
          + "0000000000000002"
          + "68656c6c6f"
          + "9ed2586d";

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("replies.log");
  }

  private KeyedLog open() {
    return KeyedLog.open(folder, VERSION);
  }

  private static Key key(int i) {
    return WriterProcess.key(i);
  }

  private static byte[] value(int i) {
    return WriterProcess.value(i);
  }

  private void write(int from, int to) {
    try (KeyedLog log = open()) {
      for (int i = from; i < to; i++) {
        log.put(key(i), value(i));
      }
    }
  }

  private static void assertHolds(KeyedLog log, int i) {
    assertThat(log.get(key(i))).hasValueSatisfying(v -> assertThat(v).isEqualTo(value(i)));
  }

  @Test
  void readsYesterdaysBytes() throws IOException {
    Files.write(file, HexFormat.of().parseHex(KEPT));
    try (KeyedLog log = open()) {
      assertThat(log.get(new Key(1, 2)))
          .hasValueSatisfying(
              v -> assertThat(v).asString(StandardCharsets.UTF_8).isEqualTo("hello"));
      assertThat(log.get(new Key(2, 1))).isEmpty();
    }
  }

  @Test
  void writesTheSameBytesAndNeverRewritesThem() throws IOException {
    try (KeyedLog log = open()) {
      log.put(new Key(1, 2), "hello".getBytes(StandardCharsets.UTF_8));
    }
    byte[] first = Files.readAllBytes(file);
    assertThat(HexFormat.of().formatHex(first)).isEqualTo(KEPT);
    write(0, 10);
    byte[] longer = Files.readAllBytes(file);
    assertThat(Arrays.copyOf(longer, first.length)).isEqualTo(first);
  }

  @Test
  void aRecordTornAnywhereIsLostAloneAndTheLogGoesOn() throws IOException {
    write(0, 5);
    long before = Files.size(file);
    write(5, 6);
    byte[] whole = Files.readAllBytes(file);
    for (int cut = (int) before; cut < whole.length; cut++) {
      Files.write(file, Arrays.copyOf(whole, cut));
      try (KeyedLog log = open()) {
        assertThat(log.size()).as("cut at %d", cut).isEqualTo(5);
        assertThat(log.get(key(5))).isEmpty();
        for (int i = 0; i < 5; i++) {
          assertHolds(log, i);
        }
        // Shorter than the torn one, whose end must not be read after it.
        log.put(key(7), value(7));
      }
      try (KeyedLog log = open()) {
        assertThat(log.size()).isEqualTo(6);
        assertHolds(log, 4);
        assertHolds(log, 7);
      }
    }
  }

  @Test
  void aHeaderTornAnywhereBeginsANewLog() throws IOException {
    write(0, 1);
    byte[] whole = Files.readAllBytes(file);
    for (int cut = 0; cut < KeyedLog.HEADER_BYTES; cut++) {
      Files.write(file, Arrays.copyOf(whole, cut));
      write(0, 1);
      assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }
  }

  @Test
  void anotherVersionIsRefusedAndLeftAlone() throws IOException {
    write(0, 3);
    byte[] bytes = Files.readAllBytes(file);
    bytes[KeyedLog.HEADER_BYTES - 1] = 2;
    Files.write(file, bytes);
    assertThatThrownBy(this::open)
        .isInstanceOf(UserException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("format version 2, this program knows 1: name another folder");
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void anotherKindOfFileIsRefusedAndLeftAlone() throws IOException {
    Files.writeString(file, "dear diary, today");
    assertThatThrownBy(this::open)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("not a log of kept replies");
    assertThat(file).hasContent("dear diary, today");
  }

  @Test
  void aDamagedRecordIsPassedOverAndTheOthersStay() throws IOException {
    write(0, 3);
    byte[] bytes = Files.readAllBytes(file);
    int second = KeyedLog.HEADER_BYTES + KeyedLog.recordBytes(value(0).length);
    bytes[second + KeyedLog.VALUE_OFFSET] ^= 1;
    Files.write(file, bytes);
    try (KeyedLog log = open()) {
      assertHolds(log, 0);
      assertThat(log.get(key(1))).isEmpty();
      assertHolds(log, 2);
    }
  }

  @Test
  void damageThatHidesWhatFollowsIsRefusedWithTheRemedy() throws IOException {
    write(0, 3);
    byte[] bytes = Files.readAllBytes(file);
    int second = KeyedLog.HEADER_BYTES + KeyedLog.recordBytes(value(0).length);
    bytes[second] = (byte) 0xff;
    Files.write(file, bytes);
    assertThatThrownBy(this::open)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("damaged at byte " + second)
        .hasMessageContaining("truncate -s " + second);
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void theNewestValueOfAKeyCounts() {
    try (KeyedLog log = open()) {
      log.put(key(1), value(2));
      log.put(key(1), value(1));
      assertHolds(log, 1);
    }
    try (KeyedLog log = open()) {
      assertHolds(log, 1);
    }
  }

  @Test
  void whatIsPutReachesTheFileWithoutBeingTold() throws Exception {
    try (KeyedLog log = open()) {
      log.put(key(1), value(1));
      long expected = KeyedLog.HEADER_BYTES + KeyedLog.recordBytes(value(1).length);
      while (Files.size(file) < expected) {
        Thread.onSpinWait();
      }
      assertHolds(log, 1);
    }
  }

  @Test
  void aFolderThatIsAFileIsRefused() throws IOException {
    Path notAFolder = Files.writeString(folder.resolve("x"), "x");
    assertThatThrownBy(() -> KeyedLog.open(notAFolder, VERSION))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("name a folder");
  }

  @Test
  void aSecondProcessIsRefusedAndAKilledOneLosesNothingThatWasFlushed() throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WriterProcess.class.getName(),
                folder.toString(),
                "5000000")
            .redirectErrorStream(true)
            .start();
    try {
      awaitFlushed(writer);
      assertThatThrownBy(this::open)
          .isInstanceOf(UserException.class)
          .hasMessageContaining("in use by another run");
    } finally {
      writer.destroyForcibly().waitFor();
    }
    try (KeyedLog log = open()) {
      assertThat(log.size()).isGreaterThanOrEqualTo(WriterProcess.FLUSHED);
      for (int i = 0; i < log.size(); i++) {
        assertHolds(log, i);
      }
    }
  }

  private static void awaitFlushed(Process writer) throws IOException {
    BufferedReader out = writer.inputReader(StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.equals("flushed")) {
        return;
      }
      said.append(line).append('\n');
    }
    throw new AssertionError("the writer ended: " + said);
  }
}
