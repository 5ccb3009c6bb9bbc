package io.hydra.schemas.redis.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

class RedisFaultTest {
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
    assertThat(RedisFault.code(new JedisConnectionException("gone"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LOADING Redis is loading the dataset in memory",
        "OOM command not allowed when used memory > 'maxmemory'.",
        IN_SCRIPT + "@user_script:19: @user_script: 19: -OOM command not allowed",
        "READONLY You can't write against a read only replica.",
        "MASTERDOWN Link with MASTER is down",
        "CLUSTERDOWN The cluster is down",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "BUSY Redis is busy running a script.",
        "NOREPLICAS Not enough good replicas to write.",
        "MISCONF Redis is configured to save RDB snapshots",
        "NOAUTH Authentication required.",
        "WRONGPASS invalid username-password pair",
        "NOPERM this user has no permissions to run the 'eval' command",
        IN_SCRIPT + "@user_script:3: @user_script: 3: -NOPERM this user has no permissions",
        "ERR max number of clients reached",
        "ERR unknown command 'EVALSHA'",
      })
  void aRefusalOfTheServerIsWaitedFor(String reply) {
    assertThat(RedisFault.of(new JedisDataException(reply))).isEqualTo(RedisFault.AWAY);
  }

  @Test
  void aServerThatDoesNotAnswerIsWaitedFor() {
    assertThat(RedisFault.of(new JedisConnectionException("refused"))).isEqualTo(RedisFault.AWAY);
    assertThat(RedisFault.of(new JedisClusterOperationException("no node")))
        .isEqualTo(RedisFault.AWAY);
    assertThat(RedisFault.of(new JedisException("Could not get a resource from the pool")))
        .isEqualTo(RedisFault.AWAY);
    assertThat(RedisFault.of(new JedisDataException((String) null))).isEqualTo(RedisFault.AWAY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        IN_SCRIPT + "@user_script:12: WRONGTYPE Operation against a key",
        IN_SCRIPT + "@user_script:25: user_script:25: attempt to compare nil with number",
        "ERR user_script:25: attempt to compare nil with number script: d2, on @user_script:25.",
        IN_SCRIPT + "@user_script:25: user_script:25: attempt to perform arithmetic on a nil value",
        IN_SCRIPT + "@user_script:25: ERR hash value is not an integer",
        "ERR hash value is not an integer",
      })
  void anErrorAboutTheContentOfAKeyIsThatKeysAlone(String reply) {
    assertThat(RedisFault.of(new JedisDataException(reply))).isEqualTo(RedisFault.ONE_KEY);
    assertThat(RedisFault.of(new JedisException(new JedisDataException(reply))))
        .isEqualTo(RedisFault.ONE_KEY);
  }

  @Test
  void aReasonNamesTheRemedyAndQuotesNothing() {
    assertThat(RedisFault.reason(new JedisAccessControlException("WRONGPASS user secret")))
        .isEqualTo(
            "Redis refuses the password (WRONGPASS): set user and password in the Redis URL");
    assertThat(RedisFault.reason(new JedisDataException("OOM key {demo:ann}")))
        .isEqualTo("Redis is full (OOM): raise maxmemory");
    assertThat(RedisFault.reason(new JedisDataException("CLUSTERDOWN {demo:ann}")))
        .isEqualTo("Redis refuses (CLUSTERDOWN)");
    assertThat(RedisFault.reason(new JedisDataException("WRONGTYPE {demo:ann}")))
        .contains("(WRONGTYPE)", "delete the key")
        .doesNotContain("ann");
    assertThat(RedisFault.reason(new JedisConnectionException("host")))
        .isEqualTo("Redis does not answer");
    assertThat(RedisFault.reason(new JedisException("pool")))
        .isEqualTo("no connection to Redis was available");
  }

  private static Optional<String> code(String message) {
    return RedisFault.code(new RuntimeException(new JedisDataException(message)));
  }
}
