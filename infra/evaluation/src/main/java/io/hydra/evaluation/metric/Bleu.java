package io.hydra.evaluation.metric;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Corpus BLEU against one reference, 0 to 100 (Papineni et al., 2002), as {@code sacrebleu}
 * computes it by default: case kept, tokens of mteval-v13a, up to 4-grams, brevity penalty, and an
 * order without a single match taken as 1/2, 1/4, ... of a match ("exp" smoothing; Chen and Cherry,
 * 2014, method 3). 0 where no word matches, or where no answer has four tokens. Unlike {@code
 * sacrebleu} it takes a single reference only, and warns of nothing.
 */
public record Bleu() implements Measure {
  private static final int ORDERS = 4;
  private static final int ANSWER_LENGTH = 2 * ORDERS;
  private static final int GOLD_LENGTH = ANSWER_LENGTH + 1;

  @Override
  public String name() {
    return "bleu";
  }

  /** Matches of orders 1 to 4, n-grams of orders 1 to 4, tokens of the answer, of the gold. */
  @Override
  public int width() {
    return GOLD_LENGTH + 1;
  }

  @Override
  public double[] statistics(String answer, String gold) {
    List<String> candidate = BleuTokens.of(answer);
    List<String> reference = BleuTokens.of(gold);
    double[] statistics = new double[width()];
    for (int n = 1; n <= ORDERS; n++) {
      Map<List<String>, Integer> left = grams(reference, n);
      for (int i = 0; i + n <= candidate.size(); i++) {
        if (left.merge(candidate.subList(i, i + n), -1, Integer::sum) >= 0) {
          statistics[n - 1]++;
        }
        statistics[ORDERS + n - 1]++;
      }
    }
    statistics[ANSWER_LENGTH] = candidate.size();
    statistics[GOLD_LENGTH] = reference.size();
    return statistics;
  }

  private static Map<List<String>, Integer> grams(List<String> tokens, int n) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int i = 0; i + n <= tokens.size(); i++) {
      counts.merge(tokens.subList(i, i + n), 1, Integer::sum);
    }
    return counts;
  }

  @Override
  public double value(double[] sum) {
    if (sum[0] == 0) {
      return 0;
    }
    double logs = 0;
    double smoothing = 1;
    for (int n = 0; n < ORDERS; n++) {
      double matches = sum[n];
      double total = sum[ORDERS + n];
      if (total == 0) {
        return 0;
      }
      if (matches == 0) {
        smoothing *= 2;
        matches = 1 / smoothing;
      }
      logs += Math.log(matches / total);
    }
    double brevity = Math.min(0, 1 - sum[GOLD_LENGTH] / sum[ANSWER_LENGTH]);
    return 100 * Math.exp(brevity + logs / ORDERS);
  }

  /**
   * The tokens of NIST's mteval-v13a: ASCII symbols stand alone, apart from the apostrophe, and
   * apart from full stops and commas within numbers and dashes after letters. Other scripts are
   * split at white space only.
   */
  static final class BleuTokens {
    private static final Pattern SYMBOL = Pattern.compile("([!-&(-+/:-@\\[-`{-~])");
    private static final Pattern STOP_AFTER = Pattern.compile("([^0-9])([.,])");
    private static final Pattern STOP_BEFORE = Pattern.compile("([.,])([^0-9])");
    private static final Pattern DASH = Pattern.compile("([0-9])(-)");
    // The white space at which Python splits: Unicode's, and the four separators of ASCII.
    private static final Pattern SPACE = Pattern.compile("(?U)[\\s\\x1c-\\x1f]+");

    private BleuTokens() {}

    static List<String> of(String text) {
      String line =
          text.stripTrailing()
              .replace("<skipped>", "")
              .replace("-\n", "")
              .replace('\n', ' ')
              .replace("&quot;", "\"")
              .replace("&amp;", "&")
              .replace("&lt;", "<")
              .replace("&gt;", ">");
      line = SYMBOL.matcher(" " + line + " ").replaceAll(" $1 ");
      line = STOP_AFTER.matcher(line).replaceAll("$1 $2 ");
      line = STOP_BEFORE.matcher(line).replaceAll(" $1 $2");
      line = DASH.matcher(line).replaceAll("$1 $2 ");
      return SPACE.splitAsStream(line).filter(token -> !token.isEmpty()).toList();
    }
  }
}
