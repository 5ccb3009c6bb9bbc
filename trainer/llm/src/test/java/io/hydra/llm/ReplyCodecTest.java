package io.hydra.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplyCodecTest {
  private static final LlmReply REPLY =
      new LlmReply("", List.of("né", "日本"), false, Map.of(), null, 1, 40, 6, 1234);

  /** Bytes as they lie in users' folders, of the first version with an empty text among them. */
  private static final String KEPT =
      "00000028"
          + "00000006"
          + "00000000000004d2"
          + "%s"
          + "000000036ec3a9"
          + "%s"
          + "00000006e697a5e69cac";

  @Test
  void readsYesterdaysBytes() {
    assertThat(decoded(KEPT.formatted("00000003", "00000000"))).isEqualTo(REPLY);
  }

  @Test
  void textsThatWereKeptWithTheirReasoningAreReadWithoutIt() {
    byte[] kept =
        CacheFormat.encode(
            LlmReply.whole("m", List.of("<think>\nhm\n</think>\n\n4", "<think>hm"), 1, 1));
    assertThat(CacheFormat.decode(kept).texts()).containsExactly("4");
  }

  @Test
  void aReplyWithoutAnyTextIsKeptToo() {
    LlmReply none = LlmReply.whole("m", List.of(), 10, 64);
    LlmReply read = CacheFormat.decode(CacheFormat.encode(none));
    assertThat(read.texts()).isEmpty();
    assertThat(read.completionTokens()).isEqualTo(64);
  }

  private static LlmReply decoded(String hex) {
    return CacheFormat.decode(HexFormat.of().parseHex(hex));
  }

  @Test
  void writesTheSameBytes() {
    assertThat(HexFormat.of().formatHex(CacheFormat.encode(REPLY)))
        .isEqualTo(KEPT.formatted("00000002", ""));
  }
}
