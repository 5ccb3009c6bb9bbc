package io.hydra.stream.option;

import io.hydra.stream.job.StateBackend;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code rocksdb} and {@code hashmap}. */
public final class StateBackendConverter implements ITypeConverter<StateBackend> {
  @Override
  public StateBackend convert(String text) {
    return Arrays.stream(StateBackend.values())
        .filter(backend -> backend.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () -> new TypeConversionException("'%s' is not rocksdb or hashmap".formatted(text)));
  }
}
