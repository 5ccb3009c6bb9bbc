package io.hydra.model.task;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.hydra.model.text.Words;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The options of a closed task, as texts are compared with them. Thread-safe. */
final class Options {
  private static final String WORD = "[\\p{L}\\p{N}\\p{M}]";

  private static final LoadingCache<Key, Options> RECENT =
      Caffeine.newBuilder().maximumSize(256).executor(Runnable::run).build(Options::new);

  private final List<String> options;
  private final Map<String, Integer> exact = new HashMap<>();
  private final Map<String, Integer> folded = new HashMap<>();
  private final List<Named> longestFirst = new ArrayList<>();
  private final Ratings ratings;
  private final int longest;

  private record Key(List<String> options, boolean ordinal) {}

  private record Named(String option, Pattern pattern) {}

  private Options(Key key) {
    options = key.options();
    int most = 0;
    for (int c = 0; c < options.size(); c++) {
      String option = options.get(c);
      exact.put(option, c);
      folded.putIfAbsent(ReplyText.fold(option), c);
      most = Math.max(most, option.length());
    }
    // A decomposed letter takes up to four characters.
    longest = 4 * most + 64;
    options.stream()
        .sorted(Comparator.comparingInt(String::length).reversed())
        .forEach(o -> longestFirst.add(new Named(o, pattern(ReplyText.fold(o)))));
    ratings = key.ordinal() ? new Ratings(options) : null;
  }

  static Options of(TaskSpec task) {
    return RECENT.get(new Key(task.options(), task.isOrdinal()));
  }

  private static Pattern pattern(String option) {
    if (option.isEmpty()) {
      return Pattern.compile("(?!)");
    }
    int first = option.codePointAt(0);
    int last = option.codePointBefore(option.length());
    // Korean has spaces, but particles stand right behind a word.
    boolean spaced = !Words.isUnspaced(first) || UnicodeScript.of(first) == UnicodeScript.HANGUL;
    String before = spaced ? "(?<!" + WORD + ")" : "";
    String after = Words.isUnspaced(last) ? "(?!\\p{M})" : "(?!" + WORD + ")";
    return Pattern.compile(before + Pattern.quote(option) + after);
  }

  /** The index of the option that a text is, or -1. */
  int indexOf(String output) {
    Integer known = exact.get(output);
    if (known != null) {
      return known;
    }
    String stripped = output.strip();
    if (stripped.length() > longest) {
      return -1;
    }
    known = folded.get(ReplyText.fold(stripped));
    if (known != null) {
      return known;
    }
    return ratings == null ? -1 : ratings.equalTo(stripped);
  }

  /** The option that a reply names, or "" if it names none or leaves open which. */
  String named(String reply) {
    String text = ReplyText.head(ReplyText.withoutReasoning(reply));
    int whole = indexOf(ReplyText.unlabelledLine(text));
    if (whole >= 0 && text.strip().lines().count() == 1) {
      return options.get(whole);
    }
    String named = one(text);
    if (named.isEmpty()) {
      String answer = ReplyText.finalAnswer(text);
      return answer == null ? "" : one(answer);
    }
    return named;
  }

  private String one(String text) {
    Set<String> named = ratings == null ? mentioned(text) : ratings.mentioned(text);
    return named.size() == 1 ? named.iterator().next() : "";
  }

  private Set<String> mentioned(String text) {
    String rest = ReplyText.fold(text);
    Set<String> named = new LinkedHashSet<>();
    for (Named option : longestFirst) {
      String without = option.pattern().matcher(rest).replaceAll(" ");
      if (!without.equals(rest)) {
        named.add(option.option());
        rest = without;
      }
    }
    return named;
  }
}
