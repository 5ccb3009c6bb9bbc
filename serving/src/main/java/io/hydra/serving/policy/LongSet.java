package io.hydra.serving.policy;

/**
 * A set of numbers that are spread evenly, such as digests: 10 to 20 bytes each. Not thread-safe.
 */
final class LongSet {
  private static final int FIRST_SLOTS = 1024;

  /** Zero is an empty slot. */
  private long[] slots = new long[FIRST_SLOTS];

  private boolean hasZero;
  private int size;

  /** Adds a number; false if it is in already. */
  boolean add(long number) {
    if (number == 0) {
      boolean added = !hasZero;
      hasZero = true;
      return added;
    }
    if (!put(number)) {
      return false;
    }
    if (++size > slots.length / 5 * 4) {
      long[] old = slots;
      slots = new long[2 * old.length];
      for (long each : old) {
        if (each != 0) {
          boolean unused = put(each);
        }
      }
    }
    return true;
  }

  private boolean put(long number) {
    int mask = slots.length - 1;
    int slot = (int) number & mask;
    while (slots[slot] != 0) {
      if (slots[slot] == number) {
        return false;
      }
      slot = slot + 1 & mask;
    }
    slots[slot] = number;
    return true;
  }
}
