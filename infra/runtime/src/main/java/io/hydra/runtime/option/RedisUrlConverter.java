package io.hydra.runtime.option;

import io.hydra.schemas.redis.client.RedisUrl;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the URL of Redis. */
public final class RedisUrlConverter implements ITypeConverter<RedisUrl> {
  @Override
  public RedisUrl convert(String text) {
    try {
      return RedisUrl.parse(text);
    } catch (IllegalArgumentException e) {
      // Any other exception would have the whole text quoted, a password too.
      throw new TypeConversionException(e.getMessage());
    }
  }
}
