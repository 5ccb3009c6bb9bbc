package io.hydra.infra.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTextTest {
  private static final String ESCAPE = "\u001b[2J\u001b]0;title\u0007";
  private static final String CSI = "\u009b31m";
  private static final String REVERSED = "\u202egnp.exe\u2066";

  @Test
  void noEscapeSequenceOrOverrideReachesTheTerminal() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintWriter out = TerminalText.printer(bytes);
    out.println("a" + ESCAPE + "b" + CSI);
    out.printf("%s\t%s%n", REVERSED, "\rhydra: all is well\u2028");
    out.print('\u001b');
    out.flush();
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "a\ufffd[2J\ufffd]0;title\ufffdb\ufffd31m\n"
                + "\ufffdgnp.exe\ufffd\t\ufffdhydra: all is well\ufffd\n"
                + "\ufffd");
  }

  @Test
  void textsOfAllScriptsAreShownAsTheyAre() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String text = "naïve हिन्दी \u05e9\u05dc\u05d5\u05dd\u200f 👩\u200d🔬 喜剧\tx\ny";
    TerminalText.printer(bytes).println(text);
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(text + "\n");
  }

  @Test
  void aTextOnOneLineCannotPassForSeveral() {
    assertThat(TerminalText.line(" one\r\n  two\u001b[1A\n")).isEqualTo("one two\ufffd[1A");
  }

  @Test
  void jsonEscapesWhatATerminalWouldObeyAndLosesNothing() throws Exception {
    String text = ESCAPE + CSI + REVERSED + "\u007f\u2029 हिन्दी 👩";
    String json = Json.write(Map.of("text", text));
    assertThat(json.codePoints().filter(TerminalText::isObeyed)).isEmpty();
    assertThat(json).contains("\\u202E", "\\u009B", "हिन्दी 👩");
    assertThat(Json.parse(json, JsonNode.class).path("text").asText()).isEqualTo(text);
  }
}
