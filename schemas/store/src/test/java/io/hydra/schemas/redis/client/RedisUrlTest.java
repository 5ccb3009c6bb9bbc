package io.hydra.schemas.redis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.HostAndPort;

class RedisUrlTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "redis://h:1, redis://h:1",
        "redis://h, redis://h:6379",
        "redis://h:1/, redis://h:1",
        "redis://h:1/3, redis://h:1/3",
        "rediss://h:1/0, rediss://h:1",
        "redis://[::1]:7, redis://[::1]:7",
        "redis://:secret@h:1, redis://:***@h:1",
        "rediss://ann:secret@h:1, rediss://ann:***@h:1",
        "`redis-sentinel://a,b:7/people`, `redis-sentinel://a:26379,b:7/people`",
        "redis-sentinel://:secret@a:1/people/2, redis-sentinel://:***@a:1/people/2",
        "rediss-sentinel://a:1/p?sentinelPassword=secret, rediss-sentinel://a:1/p",
        "`redis-cluster://ann:secret@a:1,b:2`, `redis-cluster://ann:***@a:1,b:2`",
        "rediss-cluster://a/0, rediss-cluster://a:6379"
      })
  void itsTextIsTheUrlWithoutPasswords(String url, String text) {
    assertThat(RedisUrl.parse(url)).hasToString(text);
  }

  @Test
  void userPasswordAndNameArePercentDecodedAndAPlusIsAPlus() {
    RedisUrl url =
        RedisUrl.parse(
            "rediss-sentinel://an%3An:s%40%2F%C3%BC+%25@h/pe%2Fople/4"
                + "?sentinelUser=w%26atch&sentinelPassword=o%3Dther=");
    assertThat(url.tls()).isTrue();
    assertThat(url.form()).isEqualTo(RedisUrl.Form.SENTINEL);
    assertThat(url.login()).isEqualTo(new RedisUrl.Login("an:n", "s@/ü+%"));
    assertThat(url.sentinelLogin()).isEqualTo(new RedisUrl.Login("w&atch", "o=ther="));
    assertThat(url.primary()).isEqualTo("pe/ople");
    assertThat(url.database()).isEqualTo(4);
    assertThat(url.hosts()).isEqualTo(List.of(new HostAndPort("h", 26379)));
  }

  @Test
  void whatIsNotSaidIsNull() {
    RedisUrl url = RedisUrl.parse("redis://h");
    assertThat(url.login()).isEqualTo(RedisUrl.Login.NONE);
    assertThat(url.primary()).isNull();
    assertThat(url.tls()).isFalse();
  }

  @Test
  void urlsAreEqualByWhatTheySay() {
    assertThat(RedisUrl.parse("redis://:a@h"))
        .isEqualTo(RedisUrl.parse("redis://:%61@h:6379/0"))
        .hasSameHashCodeAs(RedisUrl.parse("redis://:%61@h:6379/0"))
        .isNotEqualTo(RedisUrl.parse("redis://:b@h"));
  }

  @Test
  void itTravelsWithAJob() throws IOException, ClassNotFoundException {
    RedisUrl url = RedisUrl.parse("rediss-sentinel://ann:secret@h,i/p/1?sentinelPassword=other");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(url);
      out.writeObject(RedisTimeouts.DEFAULT);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(url);
      assertThat(in.readObject()).isEqualTo(RedisTimeouts.DEFAULT);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "xyzzy",
        "xyzzy:6379",
        "http://:xyzzy@h:1",
        "redissss://:xyzzy@h:1",
        "sentinel://:xyzzy@h:1",
        "redis://",
        "redis://:xyzzy@",
        "redis://:xyzzy@h:",
        "redis://:xyzzy@h:0",
        "redis://:xyzzy@h:65536",
        "redis://:xyzzy@h:port",
        "redis://:xyzzy@h:1/one",
        "redis://:xyzzy@h:1/1/2",
        "redis://:xyzzy@h:1,i:2",
        "redis://:xyzzy@h h",
        "redis://xyzzy@h:1",
        "redis://xyzzy:@h:1",
        "redis://:xy%zy@h:1",
        "redis://:xyzzy%f@h:1",
        "redis://:xyzzy%FF@h:1",
        "redis://:xyzzy/xyzzy@h:1",
        "redis://:xyzzy?xyzzy@h:1",
        "redis://:xyzzy#xyzzy@h:1",
        "redis://:xyzzy@h:1?xyzzy=1",
        "redis://:xyzzy@h:1?sentinelPassword=xyzzy",
        "redis-sentinel://:xyzzy@h:1",
        "redis-sentinel://:xyzzy@h:1/",
        "redis-sentinel://:xyzzy@h:1/p/x",
        "redis-sentinel://:xyzzy@h:1/p/1/2",
        "redis-sentinel://:xyzzy@h:1/p?xyzzy",
        "redis-sentinel://:xyzzy@h:1/p?sentinelUser=xyzzy",
        "redis-cluster://:xyzzy@h:1,",
        "redis-cluster://:xyzzy@h:1/1",
      })
  void whatIsMalformedIsToldInOneLineWithTheFormAndWithoutThePassword(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisUrl.parse(url))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .startsWith("the Redis URL ")
                    .contains("expected redis")
                    .contains("host[:port]")
                    .doesNotContain("xy", "\n"));
  }

  @Test
  void theFormThatIsNamedIsTheOneThatWasMeant() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisUrl.parse("redis-sentinel://h:1"))
        .withMessageContaining("lacks the name by which the Sentinels know the primary")
        .withMessageContaining("/primary[/db]")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("redis-cluster"));
  }
}
