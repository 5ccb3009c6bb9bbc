package io.hydra.model.retrieve;

import io.hydra.model.retrieve.WordIndex.Postings;
import java.security.SecureRandom;

/**
 * Places by a term's hash; nothing is boxed, since a fit fills such a table with all terms of a
 * history. Where to look first depends on a number that is drawn for each process (multiply-shift,
 * Dietzfelbinger et al., 1997): else a user could write words that all lie in one place. Grows
 * only; not thread-safe.
 */
final class TermTable {
  private static final long FACTOR = new SecureRandom().nextLong() | 1;

  /** A power of two, at most half of it taken. */
  private long[] terms;

  /** Null where nothing is. */
  private Postings[] places;

  private int taken;

  /**
   * @param expected terms, for which it need not grow
   */
  TermTable(int expected) {
    terms = new long[2 * Integer.highestOneBit(Math.max(1, 2 * expected - 1))];
    places = new Postings[terms.length];
  }

  /** The places of a term; null if it has none. */
  Postings get(long term) {
    return places[slot(term)];
  }

  /** The places of a term, empty ones if it had none. */
  Postings add(long term) {
    int slot = slot(term);
    if (places[slot] == null) {
      if (2 * taken >= terms.length) {
        grow();
        slot = slot(term);
      }
      terms[slot] = term;
      places[slot] = new Postings();
      taken++;
    }
    return places[slot];
  }

  /** The slot of a term, or the free one that it would take. */
  private int slot(long term) {
    int mask = terms.length - 1;
    int slot = (int) (term * FACTOR >>> Long.SIZE - Integer.bitCount(mask));
    while (places[slot] != null && terms[slot] != term) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldTerms = terms;
    Postings[] oldPlaces = places;
    terms = new long[2 * oldTerms.length];
    places = new Postings[terms.length];
    for (int i = 0; i < oldTerms.length; i++) {
      if (oldPlaces[i] != null) {
        int slot = slot(oldTerms[i]);
        terms[slot] = oldTerms[i];
        places[slot] = oldPlaces[i];
      }
    }
  }
}
