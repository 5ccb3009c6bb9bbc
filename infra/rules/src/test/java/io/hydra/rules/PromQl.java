package io.hydra.rules;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in a PromQL expression. Not a parser: it knows as much of the language as the project's
 * alerts and dashboards use, and promtool judges the rest.
 */
record PromQl(Set<String> metrics, Set<String> labels) {
  private static final Pattern LISTS =
      Pattern.compile("\\b(?:by|on|without|ignoring)\\s*\\(([^)]*)\\)");
  private static final Pattern MATCHERS = Pattern.compile("\\{([^}]*)}");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"[^\"]*\"");
  private static final Pattern RANGES = Pattern.compile("\\[[^]]*]|\\boffset\\s+\\w+");
  private static final Pattern NAME = Pattern.compile("\\b[a-zA-Z_][a-zA-Z0-9_]*(?!\\w|\\s*\\()");
  private static final Set<String> WORDS = Set.of("and", "or", "unless");

  static PromQl of(String expression) {
    Set<String> labels = new TreeSet<>();
    String rest = expression;
    for (MatchResult list : LISTS.matcher(rest).results().toList()) {
      Arrays.stream(list.group(1).split(",", -1))
          .map(String::strip)
          .filter(label -> !label.isEmpty())
          .forEach(labels::add);
    }
    rest = LISTS.matcher(rest).replaceAll(" ");
    Matcher matchers = MATCHERS.matcher(rest);
    while (matchers.find()) {
      MATCHER.matcher(matchers.group(1)).results().forEach(each -> labels.add(each.group(1)));
    }
    rest = RANGES.matcher(MATCHERS.matcher(rest).replaceAll(" ")).replaceAll(" ");
    Set<String> metrics = new TreeSet<>();
    NAME.matcher(rest)
        .results()
        .map(MatchResult::group)
        .filter(name -> !WORDS.contains(name))
        .forEach(metrics::add);
    return new PromQl(metrics, labels);
  }
}
