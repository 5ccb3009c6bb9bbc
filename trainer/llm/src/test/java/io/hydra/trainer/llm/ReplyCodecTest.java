package io.hydra.trainer.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyCodecTest {
  private static final ChatReply REPLY = new ChatReply(List.of("né", "", "日本"), 40, 6, 1234);

  /** Bytes as they lie in users' folders. */
  private static final String KEPT =
      "00000028"
          + "00000006"
          + "00000000000004d2"
          + "00000003"
          + "000000036ec3a9"
          + "00000000"
          + "00000006e697a5e69cac";

  @Test
  void readsYesterdaysBytes() {
    assertThat(ReplyCodec.decode(HexFormat.of().parseHex(KEPT))).isEqualTo(REPLY);
  }

  @Test
  void writesTheSameBytes() {
    assertThat(HexFormat.of().formatHex(ReplyCodec.encode(REPLY))).isEqualTo(KEPT);
  }
}
