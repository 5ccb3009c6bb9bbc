package io.hydra.schemas.user;

import java.time.Instant;
import java.util.Locale;

/**
 * The unit of a number that counts from 1970, told by its size: each unit has the years from 1973
 * to 5138 to itself, so that a time of the last decades is never read as one of another unit.
 */
public enum EpochUnit {
  SECONDS(1),
  MILLISECONDS(1_000),
  MICROSECONDS(1_000_000),
  NANOSECONDS(1_000_000_000);

  private static final long LEAST_MILLIS = 100_000_000_000L;
  private static final long NANOS_A_SECOND = 1_000_000_000;

  private final long perSecond;

  EpochUnit(long perSecond) {
    this.perSecond = perSecond;
  }

  /**
   * The unit that {@code value} looks like; of numbers below 1, seconds.
   *
   * @param value since 1970
   */
  public static EpochUnit of(long value) {
    if (value < LEAST_MILLIS) {
      return SECONDS;
    }
    if (value < LEAST_MILLIS * 1_000) {
      return MILLISECONDS;
    }
    return value < LEAST_MILLIS * 1_000_000 ? MICROSECONDS : NANOSECONDS;
  }

  /** The moment that {@code value} of this unit is. */
  public Instant toInstant(long value) {
    return Instant.ofEpochSecond(
        Math.floorDiv(value, perSecond),
        Math.floorMod(value, perSecond) * (NANOS_A_SECOND / perSecond));
  }

  /** For messages: {@code seconds}, {@code milliseconds} and so on. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
