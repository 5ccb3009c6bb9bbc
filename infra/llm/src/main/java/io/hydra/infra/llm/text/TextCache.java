package io.hydra.infra.llm.text;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Texts analysed lately, the longest unused dropped first: the same texts come again and again, as
 * examples and as questions. What it returns does not depend on what it holds.
 */
public final class TextCache {
  private final Vocabulary vocabulary;
  private final int mostChars;
  private final Map<String, Text> texts = new LinkedHashMap<>(1024, 0.75f, true);
  private int chars;

  /**
   * @param mostChars the texts' lengths sum up to; an analysis takes some five bytes a character
   */
  public TextCache(Vocabulary vocabulary, int mostChars) {
    this.vocabulary = vocabulary;
    this.mostChars = mostChars;
  }

  public Text get(String raw) {
    synchronized (texts) {
      Text known = texts.get(raw);
      if (known != null) {
        return known;
      }
    }
    Text text = Text.of(raw, vocabulary);
    if (raw.length() <= mostChars / 16) {
      keep(text);
    }
    return text;
  }

  private void keep(Text text) {
    synchronized (texts) {
      if (texts.putIfAbsent(text.raw(), text) != null) {
        return;
      }
      chars += text.raw().length();
      var eldest = texts.keySet().iterator();
      while (chars > mostChars) {
        chars -= eldest.next().length();
        eldest.remove();
      }
    }
  }

  /** Sum of the lengths of the texts held. */
  int chars() {
    synchronized (texts) {
      return chars;
    }
  }
}
