package io.hydra.datasets.lines;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Optional;

/** Reads values that stand for a text: a rating or an id may well be written as a number. */
public final class JsonTexts {
  private static final int MOST_DIGITS = 64;

  private JsonTexts() {}

  /**
   * The text that a value stands for, or empty if it is an array, an object, null or missing. A
   * number is written plainly and without needless zeros: {@code 4.0} is {@code 4}.
   */
  public static Optional<String> of(JsonNode value) {
    if (value.isTextual() || value.isBoolean()) {
      return Optional.of(value.asText());
    }
    if (value.isIntegralNumber()) {
      return Optional.of(value.bigIntegerValue().toString());
    }
    if (value.isNumber() && Double.isFinite(value.doubleValue())) {
      BigDecimal number = value.decimalValue().stripTrailingZeros();
      boolean isShort = Math.abs((long) number.scale()) + number.precision() <= MOST_DIGITS;
      return Optional.of(isShort ? number.toPlainString() : number.toString());
    }
    return Optional.empty();
  }
}
