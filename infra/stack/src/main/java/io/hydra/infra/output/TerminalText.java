package io.hydra.infra.output;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Text of users and of LLMs on its way to a terminal: what would move the cursor, recolour the
 * screen or turn the order of the letters around is shown as U+FFFD.
 */
public final class TerminalText {
  private static final char SHOWN_INSTEAD = '\uFFFD';
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private TerminalText() {}

  /** True for a character that a terminal obeys rather than shows. */
  static boolean isObeyed(int character) {
    boolean control = Character.isISOControl(character) && character != '\n' && character != '\t';
    boolean separator = character == 0x2028 || character == 0x2029;
    boolean embedding = character >= 0x202A && character <= 0x202E;
    boolean isolate = character >= 0x2066 && character <= 0x2069;
    return control || separator || embedding || isolate;
  }

  /** The text on one line, so that it cannot pass for lines of the program's own. */
  public static String line(String text) {
    return replace(SPACE.matcher(text).replaceAll(" ").strip());
  }

  /** A writer that shows whatever is printed to it safely, flushed at each line. */
  public static PrintWriter printer(OutputStream out) {
    return new PrintWriter(new Safe(new OutputStreamWriter(out, StandardCharsets.UTF_8)), true);
  }

  private static String replace(String text) {
    StringBuilder safe = new StringBuilder(text);
    for (int i = 0; i < safe.length(); i++) {
      if (isObeyed(safe.charAt(i))) {
        safe.setCharAt(i, SHOWN_INSTEAD);
      }
    }
    return safe.toString();
  }

  private static final class Safe extends FilterWriter {
    Safe(Writer out) {
      super(out);
    }

    @Override
    public void write(int c) throws IOException {
      out.write(isObeyed((char) c) ? SHOWN_INSTEAD : c);
    }

    @Override
    public void write(char[] chars, int from, int length) throws IOException {
      out.write(replace(new String(chars, from, length)));
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
      out.write(replace(text.substring(from, from + length)));
    }
  }
}
