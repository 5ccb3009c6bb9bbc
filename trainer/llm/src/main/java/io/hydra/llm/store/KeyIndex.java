package io.hydra.llm.store;

/**
 * The place of each key's newest value in the file. Open addressing in flat arrays: 24 bytes a
 * slot, 32 to 96 a key, and nothing for the garbage collector to walk. Keys are digests, so their
 * own bits are the hash. Not thread-safe.
 */
final class KeyIndex {
  private static final int FIRST_SLOTS = 1 << 10;
  private static final int LENGTH_BITS = 24;
  private static final long NONE = -1;

  /** Lengths must be below this. */
  static final int LENGTH_LIMIT = 1 << LENGTH_BITS;

  private long[] highs = new long[FIRST_SLOTS];
  private long[] lows = new long[FIRST_SLOTS];

  /** Offset + 1 and length in one; 0: the slot is empty. */
  private long[] places = new long[FIRST_SLOTS];

  private int size;

  int size() {
    return size;
  }

  void put(Key key, long offset, int length) {
    if (length < 0 || length >= LENGTH_LIMIT || offset < 0 || offset >= NONE >>> LENGTH_BITS) {
      throw new IllegalArgumentException("length %d at %d".formatted(length, offset));
    }
    // Three quarters full is where probing begins to cost.
    if ((size + 1) * 4L > highs.length * 3L) {
      grow();
    }
    int slot = slot(key.high(), key.low());
    if (places[slot] == 0) {
      highs[slot] = key.high();
      lows[slot] = key.low();
      size++;
    }
    places[slot] = (offset + 1) << LENGTH_BITS | length;
  }

  boolean contains(Key key) {
    return places[slot(key.high(), key.low())] != 0;
  }

  /** The offset of the key's value; -1 if there is none. */
  long offset(Key key) {
    return (places[slot(key.high(), key.low())] >>> LENGTH_BITS) - 1;
  }

  /** The length of the key's value; 0 if there is none. */
  int length(Key key) {
    return (int) (places[slot(key.high(), key.low())] & (LENGTH_LIMIT - 1));
  }

  /** The slot that holds the key, or the empty one where it belongs. */
  private int slot(long high, long low) {
    int mask = highs.length - 1;
    int slot = (int) (high ^ low) & mask;
    while (places[slot] != 0 && (highs[slot] != high || lows[slot] != low)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldHighs = highs;
    long[] oldLows = lows;
    long[] oldPlaces = places;
    highs = new long[oldHighs.length * 2];
    lows = new long[oldLows.length * 2];
    places = new long[oldPlaces.length * 2];
    for (int i = 0; i < oldPlaces.length; i++) {
      if (oldPlaces[i] != 0) {
        int slot = slot(oldHighs[i], oldLows[i]);
        highs[slot] = oldHighs[i];
        lows[slot] = oldLows[i];
        places[slot] = oldPlaces[i];
      }
    }
  }
}
