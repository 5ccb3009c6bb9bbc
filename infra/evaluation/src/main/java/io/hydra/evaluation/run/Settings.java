package io.hydra.evaluation.run;

import io.hydra.evaluation.method.Method;
import io.hydra.model.head.FitSettings;
import io.hydra.model.task.TaskSpec;
import java.util.List;
import java.util.Set;

/**
 * What to measure.
 *
 * @param seeds one base and one set of samples each; what draws no chance is asked once
 * @param baseCalls LLM calls that teach the base how far to trust the samples, per round and seed
 * @param threads users that are run at once
 */
public record Settings(
    TaskSpec task,
    QuestionMode mode,
    Set<Method> methods,
    List<Long> seeds,
    int baseCalls,
    int threads,
    FitSettings fit) {}
