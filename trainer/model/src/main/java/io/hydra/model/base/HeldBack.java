package io.hydra.model.base;

import io.hydra.model.feature.Samples;
import io.hydra.model.feature.Situation;
import io.hydra.model.feature.Timeline;
import io.hydra.model.head.Example;
import io.hydra.model.head.Softmax;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.HistoryItem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the population head does on users it has not seen, without an LLM. */
final class HeldBack {
  private HeldBack() {}

  /** Facts for the report; none for open text, which has no candidates without an LLM. */
  static Map<String, Object> measure(TaskScorer scorer, List<List<HistoryItem>> users) {
    Map<String, Object> facts = new LinkedHashMap<>();
    TaskSpec task = scorer.task();
    if (!task.isClosed()) {
      return facts;
    }
    int right = 0;
    int asked = 0;
    double loss = 0;
    for (List<HistoryItem> items : users) {
      Timeline timeline = scorer.timeline();
      timeline.append(items);
      for (int i = 0; i < timeline.size(); i++) {
        Situation situation = timeline.before(i);
        String output = timeline.item(i).output();
        Optional<Example> example = scorer.adapterExample(situation, output, Samples.MISSING);
        if (example.isPresent()) {
          double[] p =
              Softmax.probabilities(example.get().features(), scorer.adapter(Samples.MISSING));
          int picked = Decision.pick(task, task.options(), p, Samples.MISSING);
          right += picked == task.indexOf(output) ? 1 : 0;
          loss += Softmax.logLoss(example.get().target(), p);
          asked++;
        }
      }
    }
    if (asked > 0) {
      facts.put("heldBackItems", asked);
      facts.put("heldBackAccuracyWithoutLlm", (double) right / asked);
      facts.put("heldBackLogLossWithoutLlm", loss / asked);
    }
    return facts;
  }
}
