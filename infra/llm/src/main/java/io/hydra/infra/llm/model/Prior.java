package io.hydra.infra.llm.model;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.hydra.infra.llm.model.Prior.PriorPair;
import io.hydra.schemas.config.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All that the simulated LLM has learned before its first request.
 *
 * <p>A task counts as closed if its outputs are few words (at most four) and repeat (at most half
 * of them distinct); the others teach how texts are shortened.
 */
public final class Prior {
  private static final int LABEL_WORDS = 4;

  private final Vocabulary vocabulary;
  private final List<LabelPrior> labels = new ArrayList<>();
  private final List<TitlePrior> titles = new ArrayList<>();

  private Prior(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** Learns from the pairs; of none, everything is equally likely. */
  public static Prior learn(List<PriorPair> pairs) {
    Prior prior = new Prior(Vocabulary.of(pairs.stream().map(PriorPair::input).toList()));
    Map<String, List<PriorPair>> byTask = new TreeMap<>();
    pairs.forEach(p -> byTask.computeIfAbsent(p.task(), t -> new ArrayList<>()).add(p));
    byTask.values().forEach(prior::learnTask);
    if (prior.labels.isEmpty()) {
      prior.labels.add(LabelPrior.learn(List.of(), List.of(), prior.vocabulary.size()));
    }
    if (prior.titles.isEmpty()) {
      prior.titles.add(TitlePrior.learn(List.of(), prior.vocabulary));
    }
    return prior;
  }

  private void learnTask(List<PriorPair> pairs) {
    List<String> outputs = pairs.stream().map(PriorPair::output).toList();
    if (isClosed(outputs)) {
      List<Text> inputs = pairs.stream().map(p -> Text.of(p.input(), vocabulary)).toList();
      labels.add(LabelPrior.learn(inputs, outputs, vocabulary.size()));
    } else {
      titles.add(TitlePrior.learn(pairs, vocabulary));
    }
  }

  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /**
   * Of the closed tasks, the one that knows most of these labels.
   *
   * @param options in the form of {@link LabelPrior#key}
   */
  public LabelPrior labelsLike(List<String> options) {
    LabelPrior best = labels.get(0);
    long bestKnown = -1;
    for (LabelPrior candidate : labels) {
      long known = options.stream().filter(candidate::knows).count();
      if (known > bestKnown) {
        bestKnown = known;
        best = candidate;
      }
    }
    return best;
  }

  /** Of the open tasks, the one whose inputs read most like this text. */
  public TitlePrior titlesLike(Text text) {
    TitlePrior best = titles.get(0);
    if (titles.size() == 1) {
      return best;
    }
    double bestFit = Double.NEGATIVE_INFINITY;
    for (TitlePrior title : titles) {
      double fit = title.fit(text);
      if (fit > bestFit) {
        bestFit = fit;
        best = title;
      }
    }
    return best;
  }

  private static boolean isClosed(List<String> outputs) {
    return outputs.stream().allMatch(Prior::isLabel)
        && outputs.stream().distinct().count() * 2 <= outputs.size();
  }

  /** True for an answer as short as labels are. */
  public static boolean isLabel(String answer) {
    return Words.lower(answer).size() <= LABEL_WORDS;
  }

  /** One line of sample text: an input of a task and what some person answered. */
  public record PriorPair(String task, String input, String output) {
    public PriorPair {
      requireNonNull(task, "task");
      requireNonNull(input, "input");
      requireNonNull(output, "output");
    }
  }

  /** Probabilities from logits. */
  public static final class Softmax {
    private Softmax() {}

    public static double[] of(double[] logits) {
      double max = Double.NEGATIVE_INFINITY;
      for (double logit : logits) {
        max = Math.max(max, logit);
      }
      double[] p = new double[logits.length];
      double sum = 0;
      for (int i = 0; i < p.length; i++) {
        p[i] = Math.exp(logits[i] - max);
        sum += p[i];
      }
      for (int i = 0; i < p.length; i++) {
        p[i] /= sum;
      }
      return p;
    }
  }

  /** Reads JSON lines {@code {"task": "...", "input": "...", "output": "..."}}. */
  public static final class PriorReader {
    private static final ObjectReader PAIR =
        new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .readerFor(PriorPair.class);

    private PriorReader() {}

    /**
     * @throws UserException if a file is missing or a line is malformed
     */
    public static List<PriorPair> read(List<Path> files) {
      List<PriorPair> pairs = new ArrayList<>();
      for (Path file : files) {
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (!line.isBlank()) {
              pairs.add(PAIR.readValue(line));
            }
          }
        } catch (JsonProcessingException e) {
          // Jackson's own message quotes the line, which is a user's text.
          throw new UserException(
              "%s, line %d: expected {\"task\", \"input\", \"output\"}, all strings"
                  .formatted(file, number),
              e);
        } catch (IOException e) {
          throw new UserException("prior file %s cannot be read (%s)".formatted(file, e), e);
        }
      }
      return pairs;
    }

    /**
     * A file of sample text and whose prior it is.
     *
     * @param name of the model; empty for the plain one
     */
    public record PriorFile(String name, Path file) {
      private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9._-]+)=(.+)");

      /**
       * Of {@code FILE} or {@code NAME=FILE}; a name has letters, digits, dots and hyphens only.
       */
      public static PriorFile parse(String text) {
        Matcher named = NAMED.matcher(text);
        return named.matches()
            ? new PriorFile(named.group(1), Path.of(named.group(2)))
            : new PriorFile("", Path.of(text));
      }
    }
  }
}
