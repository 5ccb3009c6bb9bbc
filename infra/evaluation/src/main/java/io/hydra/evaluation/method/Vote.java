package io.hydra.evaluation.method;

import io.hydra.model.base.PlainAnswer;
import io.hydra.model.feature.Samples;
import io.hydra.model.task.TaskSpec;
import io.hydra.model.text.Rouge;
import io.hydra.model.text.Words;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** One answer out of several samples, without a model. */
public final class Vote {
  private Vote() {}

  /**
   * {@link PlainAnswer} of some samples.
   *
   * @param samples normalized; unreadable ones are empty and do not count
   * @return "" if none could be read
   */
  public static String of(TaskSpec task, List<String> samples) {
    Map<String, Integer> counts = Samples.of(samples).counts();
    List<String> texts = List.copyOf(counts.keySet());
    int[] said = texts.stream().mapToInt(counts::get).toArray();
    int plain = PlainAnswer.of(task, texts, said);
    return plain < 0 ? "" : texts.get(plain);
  }

  /** The sample that is closest to a text, by {@link Rouge#closeness}; "" of none. */
  public static String closest(List<String> samples, String text) {
    List<String> own = Words.of(text);
    return samples.stream()
        .max(Comparator.comparingDouble(sample -> Rouge.closeness(Words.of(sample), own)))
        .orElse("");
  }
}
