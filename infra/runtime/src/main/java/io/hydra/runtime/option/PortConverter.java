package io.hydra.runtime.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a port, 0 to 65535; 0 stands for a free one. */
public final class PortConverter implements ITypeConverter<Integer> {
  private static final int MAX = 65_535;

  @Override
  public Integer convert(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= MAX) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new TypeConversionException("a port must be 0 to %d, not %s".formatted(MAX, text));
  }
}
