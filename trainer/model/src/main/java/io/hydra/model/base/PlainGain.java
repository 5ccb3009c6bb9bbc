package io.hydra.model.base;

import io.hydra.model.feature.Samples;
import io.hydra.model.head.Example;
import io.hydra.model.task.TaskSpec;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Plain sampling of a query whose best answer is known, and what another choice gains over it.
 *
 * @param quality 0 to 1, one per candidate; of open text its share of the target
 */
@SuppressWarnings("ArrayRecordComponent") // Treated as immutable; equality is not used.
record PlainGain(TaskSpec task, List<String> candidates, Samples samples, double[] quality)
    implements Example.Plain {
  @Override
  public double[] shares() {
    return samples.shares(candidates);
  }

  @Override
  public double gain(double[] belief) {
    List<Integer> order =
        IntStream.range(0, belief.length)
            .boxed()
            .sorted(Comparator.comparingDouble(c -> -belief[c]))
            .toList();
    List<String> texts = order.stream().map(candidates::get).toList();
    int plain = PlainAnswer.of(task, texts, texts.stream().mapToInt(samples::count).toArray());
    double without = plain < 0 ? 0 : quality[order.get(plain)];
    return quality[Decision.pick(task, candidates, belief, samples)] - without;
  }
}
