package io.hydra.model.retrieve;

import java.util.Arrays;

/** Where one term occurs: document numbers in rising order, each with its count. Grows only. */
final class Postings {
  private int[] documents = new int[1];
  private int[] counts = new int[1];
  private int size;

  void add(int document, int count) {
    if (size == documents.length) {
      documents = Arrays.copyOf(documents, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
    }
    documents[size] = document;
    counts[size] = count;
    size++;
  }

  int size() {
    return size;
  }

  int document(int i) {
    return documents[i];
  }

  int count(int i) {
    return counts[i];
  }
}
