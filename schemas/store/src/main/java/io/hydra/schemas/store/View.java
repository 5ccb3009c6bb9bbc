package io.hydra.schemas.store;

import io.hydra.schemas.redis.CorruptValueException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * One set of all histories: rule 3 of this package.
 *
 * @param name part of the histories' keys; empty for the one that was there before any rebuild
 */
public record View(String name) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{0,32}");

  /** The view in use as long as there is no pointer. */
  public static final View ORIGINAL = new View("");

  /**
   * @throws IllegalArgumentException if {@code name} is not 0 to 32 letters, digits or '-'
   */
  public View {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a view's name is 0 to 32 letters, digits or '-'");
    }
  }

  /**
   * The view that the pointer names.
   *
   * @param pointer null if there is none
   * @throws CorruptValueException if it names no view
   */
  public static View of(byte[] pointer) {
    if (pointer == null) {
      return ORIGINAL;
    }
    try {
      return new View(new String(pointer, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException e) {
      throw new CorruptValueException("the pointer to the current view names none", e);
    }
  }

  /** The pointer's value. */
  public byte[] toBytes() {
    return name.getBytes(StandardCharsets.US_ASCII);
  }
}
