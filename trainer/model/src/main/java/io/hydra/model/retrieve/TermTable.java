package io.hydra.model.retrieve;

import io.hydra.model.retrieve.WordIndex.Postings;

/**
 * Places by a term's hash. Terms are hashes already, so their last bits say where to look first,
 * and nothing is boxed: a fit fills such a table with all terms of a history. Grows only; not
 * thread-safe.
 */
final class TermTable {
  private static final int INITIAL_SIZE = 256;

  /** A power of two, at most half of it taken. */
  private long[] terms = new long[INITIAL_SIZE];

  /** Null where nothing is. */
  private Postings[] places = new Postings[INITIAL_SIZE];

  private int taken;

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

  /** Where a term is, or is to be. */
  private int slot(long term) {
    int mask = terms.length - 1;
    int slot = (int) term & mask;
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
