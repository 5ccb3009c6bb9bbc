package io.hydra.llm.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyIndexTest {
  @Test
  void findsWhatAMapFinds() {
    Random random = new Random(1);
    KeyIndex index = new KeyIndex();
    Map<Key, long[]> oracle = new HashMap<>();
    for (int i = 0; i < 60_000; i++) {
      // Half of them digests; half made to share slots and to come again.
      Key key =
          i % 2 == 0
              ? new Key(random.nextLong(), random.nextLong())
              : new Key(random.nextInt(40), random.nextInt(40));
      long offset = random.nextLong(1L << 39);
      int length = random.nextInt(KeyIndex.LENGTH_LIMIT);
      index.put(key, offset, length);
      oracle.put(key, new long[] {offset, length});
    }
    assertThat(index.size()).isEqualTo(oracle.size());
    oracle.forEach(
        (key, place) -> {
          assertThat(index.contains(key)).isTrue();
          assertThat(index.offset(key)).isEqualTo(place[0]);
          assertThat(index.length(key)).isEqualTo(place[1]);
        });
    assertThat(index.contains(new Key(400, 0))).isFalse();
    assertThat(index.offset(new Key(400, 0))).isEqualTo(-1);
  }

  @Test
  void theKeyOfZerosIsAKeyLikeAnyOther() {
    KeyIndex index = new KeyIndex();
    assertThat(index.contains(new Key(0, 0))).isFalse();
    index.put(new Key(0, 0), 0, 0);
    assertThat(index.contains(new Key(0, 0))).isTrue();
    assertThat(index.offset(new Key(0, 0))).isZero();
  }

  @Test
  void whatDoesNotFitIsRefused() {
    KeyIndex index = new KeyIndex();
    assertThatThrownBy(() -> index.put(new Key(1, 1), 0, KeyIndex.LENGTH_LIMIT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> index.put(new Key(1, 1), 1L << 40, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
