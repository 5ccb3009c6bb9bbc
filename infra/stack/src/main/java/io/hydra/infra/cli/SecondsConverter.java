package io.hydra.infra.cli;

import io.hydra.schemas.config.Durations;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads seconds, as a number or with a unit as services take them: {@code 90}, {@code 2min}. */
final class SecondsConverter implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    try {
      return Math.toIntExact(Durations.parse(text.matches("\\d+") ? text + "s" : text).toSeconds());
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    } catch (ArithmeticException e) {
      throw new TypeConversionException("is too long");
    }
  }
}
