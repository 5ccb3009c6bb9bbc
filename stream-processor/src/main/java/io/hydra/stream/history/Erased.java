package io.hydra.stream.history;

import java.util.List;

/**
 * What an erasure did.
 *
 * @param removed items, over all of the user's tasks
 * @param kept items that occurred later
 * @param left the histories that hold them
 */
public record Erased(int removed, int kept, List<Left> left) {
  public Erased {
    left = List.copyOf(left);
  }

  /** A history that an erasure did not empty, and its version since. */
  public record Left(String task, long version) {}
}
