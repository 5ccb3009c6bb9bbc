package io.hydra.schemas.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.History;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistoryHashTest {
  /** Made by the first version that packs: items a and \u00e9 of times 1 and 2. */
  private static final String PACK_V1 =
      "0100000000000000010000000000000002000000020000004328b52ffd2043ad01007402000100020000001a61c3a9"
          + "0101000100000003036f6e656f7574206f66206f6e6574776f74776f0400612603655ddc9503c705";

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private static HistoryItem item(String id, long at, String input) {
    return new HistoryItem(id, at, input, "out of " + input);
  }

  private static Map<String, byte[]> items(HistoryItem... items) {
    Map<String, byte[]> byId = new LinkedHashMap<>();
    for (HistoryItem item : items) {
      byId.put(item.eventId(), HistoryItemCodec.encode(item));
    }
    return byId;
  }

  @Test
  void historyIsSortedByTimeThenByIdBytes() {
    Map<byte[], byte[]> hash = new LinkedHashMap<>();
    hash.put(utf8("m:version"), utf8("4"));
    items(item("\uFFFD", 2, "c"), item("b", 1, "b"))
        .forEach((id, item) -> hash.put(History.field(id), item));
    hash.put(
        HistoryPack.FIELD,
        HistoryPack.encode(items(item("\uD83D\uDE00", 2, "d"), item("a", 1, "a"))));
    History history = new HistoryHash(hash).history();
    assertThat(history.version()).isEqualTo(4);
    assertThat(history.items()).extracting(HistoryItem::input).containsExactly("a", "b", "c", "d");
    assertThat(new HistoryHash(Map.of()).history()).isEqualTo(History.EMPTY);
  }

  @Test
  void whatHasLeftThePackIsNoPartOfTheHistory() {
    Map<byte[], byte[]> hash = new LinkedHashMap<>();
    hash.put(
        HistoryPack.FIELD,
        HistoryPack.encode(items(item("a", 1, "a"), item("b", 2, "b"), item("\u00e9", 3, "c"))));
    hash.put(
        HistoryPack.GONE_FIELD,
        HistoryPack.withGone(HistoryPack.NONE_GONE, List.of("a", "\u00e9")));
    hash.put(History.field("\u00e9"), HistoryItemCodec.encode(item("\u00e9", 4, "later")));
    assertThat(new HistoryHash(hash).history().items())
        .containsExactly(item("b", 2, "b"), item("\u00e9", 4, "later"));
  }

  @Test
  void packsOfAnySizeAreReadAsTheyWereMade() {
    Random random = new Random(1);
    for (int count = 1; count < 200; count += 1 + random.nextInt(20)) {
      Map<String, byte[]> items = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        String text = "word ".repeat(random.nextInt(100)) + random.nextLong();
        items.putAll(items(item("event " + i, random.nextLong(1L << 45), text)));
      }
      assertThat(HistoryPack.decode(HistoryPack.encode(items))).containsExactlyEntriesOf(items);
    }
  }

  @Test
  void packsOfTheFirstVersionAreRead() {
    assertThat(HistoryPack.decode(HexFormat.of().parseHex(PACK_V1)))
        .containsExactlyEntriesOf(items(item("a", 1, "one"), item("\u00e9", 2, "two")));
  }

  @Test
  void packThatIsDamagedIsCorruptWhateverIsWrong() {
    byte[] pack = HistoryPack.encode(items(item("a", 1, "one"), item("b", 2, "two")));
    Random random = new Random(2);
    for (int i = 0; i < 2_000; i++) {
      byte[] damaged = Arrays.copyOf(pack, random.nextInt(pack.length + 3));
      for (int flips = random.nextInt(3); flips > 0 && damaged.length > 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(HistoryPack.decode(damaged)).containsExactlyEntriesOf(HistoryPack.decode(pack));
      } catch (CorruptValueException e) {
        assertThat(e).hasMessageContaining("replay the events");
      }
    }
    byte[] huge = pack.clone();
    ByteBuffer.wrap(huge).putInt(21, Integer.MAX_VALUE);
    assertThatExceptionOfType(CorruptValueException.class)
        .isThrownBy(() -> HistoryPack.decode(huge));
    assertThatExceptionOfType(CorruptValueException.class)
        .isThrownBy(() -> HistoryPack.decodeGone(new byte[] {1, 0, 0, 0, 2, 0, 9}));
  }
}
