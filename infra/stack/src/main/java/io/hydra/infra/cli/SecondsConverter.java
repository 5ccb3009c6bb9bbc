package io.hydra.infra.cli;

import io.hydra.schemas.config.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads whole seconds, as a number or with a unit as services take them: {@code 90}, {@code 2min}.
 */
final class SecondsConverter implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    try {
      Duration time = Durations.parse(text.matches("\\d+") ? text + "s" : text);
      if (time.toNanosPart() != 0) {
        throw new TypeConversionException("must be whole seconds");
      }
      return Math.toIntExact(time.toSeconds());
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    } catch (ArithmeticException e) {
      throw new TypeConversionException("is too long");
    }
  }
}
