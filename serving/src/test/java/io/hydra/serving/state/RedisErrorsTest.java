package io.hydra.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

class RedisErrorsTest {
  private static final String IN_SCRIPT = "ERR Error running script (call to f_d2): ";

  @Test
  void aRefusalBeginsWithItsCode() {
    assertThat(code("WRONGTYPE Operation against a key")).hasValue("WRONGTYPE");
    assertThat(code("ERR unknown command")).hasValue("ERR");
    assertThat(code("no code at all")).hasValue("ERR");
  }

  @Test
  void theCodeOfARefusalWithinAScriptIsFoundInside() {
    assertThat(code(IN_SCRIPT + "@user_script:19: @user_script: 19: -OOM command not allowed"))
        .hasValue("OOM");
    assertThat(code(IN_SCRIPT + "@user_script:12: WRONGTYPE Operation against a key"))
        .hasValue("WRONGTYPE");
    assertThat(code("OOM command not allowed. script: d2, on @user_script:19.")).hasValue("OOM");
  }

  @Test
  void aSilenceHasNoCode() {
    assertThat(RedisErrors.code(new JedisConnectionException("gone"))).isEmpty();
  }

  private static Optional<String> code(String message) {
    return RedisErrors.code(new RuntimeException(new JedisDataException(message)));
  }
}
