package io.hydra.trainer.base;

import static java.util.stream.Collectors.joining;

import io.hydra.llm.BoundedLlm;
import io.hydra.llm.BudgetedSamples;
import io.hydra.llm.Llm;
import io.hydra.llm.OpenAiLlm;
import io.hydra.model.base.Base;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.base.BaseTrainer;
import io.hydra.model.base.BaseTrainer.SampleSource;
import io.hydra.model.base.BaseTrainer.TaskData;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.EncoderSource;
import io.hydra.model.encoder.ShippedEncoder;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.service.Program;
import io.hydra.runtime.text.Counts;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a base from LaMP files or JSON lines and writes it into a folder. */
@Command(
    name = "train-base",
    mixinStandardHelpOptions = true,
    description =
        "Trains a base: what all users share, from their past. The same input gives the same bytes.")
public final class TrainBaseMain implements Callable<Integer> {
  private static final int LLM_CONCURRENCY = 8;
  private static final Duration LLM_TIMEOUT = Duration.ofSeconds(60);
  private static final int LLM_RETRIES = 4;
  private static final int EPOCHS = 50;
  private static final String NO_ENCODER = "none";

  /** The training users whom the base learns from. */
  enum Users {
    ALL,
    BASE_HALF
  }

  @Option(
      names = "--data",
      required = true,
      paramLabel = "PATH",
      description =
          "Folder with train_questions.json and train_outputs.json, or JSON lines as hydra load"
              + " takes them (plain or .gz); repeatable.")
  private List<Path> data;

  @Option(
      names = "--tasks",
      paramLabel = "FILE",
      description =
          "YAML with tasks of your own, beside those that ship. The base carries them: whoever"
              + " loads it knows them.")
  private Path tasks;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder to write; must not exist.")
  private Path out;

  @Option(names = "--seed", defaultValue = "17", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--users",
      defaultValue = "ALL",
      description =
          "ALL, or BASE_HALF: every other user, where the rest taught the simulated LLM. Default:"
              + " ${DEFAULT-VALUE}.")
  private Users users;

  @Option(
      names = "--llm-calls",
      defaultValue = "0",
      description =
          "Budget of LLM calls per task that teach how far to trust the samples. 0: from the data"
              + " alone. Default: ${DEFAULT-VALUE}.")
  private int llmCalls;

  @Option(
      names = "--llm-base-url",
      defaultValue = "${env:HYDRA_LLM_BASE_URL}",
      paramLabel = "URL",
      description = "OpenAI-compatible endpoint, needed with --llm-calls.")
  private String llmBaseUrl;

  @Option(
      names = "--llm-model",
      defaultValue = "${env:HYDRA_LLM_MODEL:-hydra-simulated-llm}",
      description = "Default: ${DEFAULT-VALUE}.")
  private String llmModel;

  @Option(
      names = "--encoder",
      paramLabel = "PATH|URL|none",
      description =
          "Pretrained encoder that tells what a text means, used as it is beside the one of words"
              + " that is trained: a folder, an archive or a base URL with tokenizer.json and"
              + " model.onnx, model.pt (TorchScript: what serves then needs a build with -P"
              + " torchscript) or model.safetensors (Model2Vec); none: words"
              + " alone. The base holds a copy of it. Default: the one that ships with hydra, where"
              + " the build has it.")
  private String encoder;

  @Option(
      names = "--encoder-cache",
      defaultValue = "${sys:user.home}/.cache/hydra/encoders",
      paramLabel = "DIR",
      description = "Where downloaded encoders are kept. Default: ${DEFAULT-VALUE}.")
  private Path encoderCache;

  @Spec private CommandSpec spec;

  private TrainBaseMain() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return Program.commandLine(new TrainBaseMain());
  }

  @Override
  public Integer call() {
    if (Files.exists(out)) {
      throw new UserException(
          "%s exists already; a base is never overwritten: name another folder".formatted(out));
    }
    if (llmCalls > 0 && llmBaseUrl == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--llm-calls needs an endpoint: --llm-base-url, or HYDRA_LLM_BASE_URL");
    }
    try {
      train(spec.commandLine().getOut());
      return CommandLine.ExitCode.OK;
    } catch (IOException e) {
      throw new UserException("%s cannot be written: %s".formatted(out, e.getMessage()), e);
    }
  }

  private void train(PrintWriter progress) throws IOException {
    TaskCatalogue shipped = TaskCatalogue.shipped();
    TaskCatalogue catalogue = tasks == null ? shipped : shipped.extend(tasks);
    List<TaskData> training =
        new TrainingFiles(catalogue, users == Users.BASE_HALF, progress::println).read(data);
    try (Llm llm = llmCalls > 0 ? llm() : null) {
      BudgetedSamples samples =
          llm == null ? null : new BudgetedSamples(llm, llmModel, llmCalls, OptionalLong.of(seed));
      train(catalogue, training, samples, progress);
    }
  }

  private Llm llm() {
    try {
      return BoundedLlm.open(
          llmBaseUrl, OpenAiLlm.apiKey(System.getenv()), LLM_CONCURRENCY, LLM_TIMEOUT, LLM_RETRIES);
    } catch (UserException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void train(
      TaskCatalogue catalogue,
      List<TaskData> training,
      BudgetedSamples samples,
      PrintWriter progress)
      throws IOException {
    try (Base base =
        new BaseTrainer(
                pretrained(progress),
                samples == null ? SampleSource.NONE : samples,
                seed,
                (stage, done, of, detail) -> {
                  // A trunk has fewer steps, of which the first says enough.
                  if (done == 1 || done > EPOCHS) {
                    progress.printf("%s: %d of %d %s%n", stage, done, of, detail);
                    progress.flush();
                  }
                })
            .train(training)) {
      String version = BaseFiles.write(base, catalogue, out);
      if (samples != null) {
        samples
            .firstFailure()
            .ifPresent(
                first ->
                    progress.printf(
                        "%d LLM calls failed; their items count as not sampled. The first: %s%n",
                        samples.failures(), first.getMessage()));
      }
      for (TaskData each : training) {
        Map<?, ?> facts = (Map<?, ?>) base.report().get(each.task().id());
        progress.println(summary(each.task().id(), facts));
        notes(each.task(), facts).forEach(progress::println);
      }
      progress.printf(
          "base %s for %s written to %s; next: hydra down where a stack runs, then hydra up --base %s,"
              + " or --next-base to roll it out beside the one in use%n",
          version,
          training.stream().map(TaskData::task).map(TaskSpec::id).collect(joining(", ")),
          out,
          out);
      progress.flush();
    }
  }

  /** Null for none. */
  private Encoder pretrained(PrintWriter progress) {
    if (encoder == null) {
      Optional<Encoder> shipped = ShippedEncoder.open();
      if (shipped.isEmpty()) {
        progress.println(
            "this build has no encoder of meaning: the base knows texts by their words alone, which"
                + " costs quality; --encoder names one");
      }
      return shipped.orElse(null);
    }
    if (encoder.equals(NO_ENCODER)) {
      return null;
    }
    EncoderDownload download =
        new EncoderDownload(
            encoderCache,
            line -> {
              progress.println(line);
              progress.flush();
            });
    return EncoderSource.open(download.fetch(encoder));
  }

  /** Lines on what the base lacks for want of data, each with its remedy. */
  private static List<String> notes(TaskSpec task, Map<?, ?> facts) {
    List<String> notes = new ArrayList<>();
    if (facts.get("heldBackUsers").equals(0)) {
      notes.add(
          "%s: nothing was measured, since no users could be held back of %s: with %d or more it is"
              .formatted(
                  task.id(),
                  Counts.of((Integer) facts.get("users"), "user"),
                  BaseTrainer.FEWEST_MEASURED));
    }
    if (!task.isClosed() && facts.get("examplesWithSamples").equals(0)) {
      notes.add(
          "%s: no samples were learned from, and open text has nothing else to choose by: train with --llm-calls 300 --llm-base-url URL"
              .formatted(task.id()));
    }
    return notes;
  }

  /** All other figures stand in the manifest. */
  private static String summary(String task, Map<?, ?> facts) {
    String learned =
        "  %s: learned from %s".formatted(task, Counts.of((Integer) facts.get("users"), "user"));
    return facts.get("heldBackAccuracyWithoutLlm") instanceof Double right
        ? learned
            + String.format(
                Locale.ROOT,
                "; without an LLM it is right about %.0f %% of the %s of %s held back",
                100 * right,
                Counts.of((Integer) facts.get("heldBackItems"), "answer"),
                Counts.of((Integer) facts.get("heldBackUsers"), "user"))
        : learned;
  }
}
