package io.hydra.trainer;

import io.hydra.model.base.Base;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.base.BaseTrainer;
import io.hydra.model.base.SampleSource;
import io.hydra.model.base.TaskData;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.lamp.LampFormatException;
import io.hydra.schemas.lamp.LampHalves;
import io.hydra.schemas.lamp.LampReader;
import io.hydra.schemas.lamp.LampSplit;
import io.hydra.schemas.lamp.LampUser;
import io.hydra.trainer.base.LlmSampleSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a base from LaMP files and writes it into a folder. */
@Command(
    name = "train-base",
    mixinStandardHelpOptions = true,
    description = "Trains a base: encoder, trunks and population heads. Same input, same bytes.")
public final class TrainBaseMain implements Callable<Integer> {
  /** Which training users the base learns from. */
  enum Users {
    ALL,
    BASE_HALF
  }

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder with train_questions.json and train_outputs.json; repeatable.")
  private List<Path> data;

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

  @Spec private CommandSpec spec;

  private TrainBaseMain() {}

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new TrainBaseMain())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(args));
  }

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    if (Files.exists(out)) {
      err.printf("%s exists already; a base is never overwritten: name another folder%n", out);
      return 1;
    }
    if (llmCalls > 0 && llmBaseUrl == null) {
      err.println("--llm-calls needs an endpoint: --llm-base-url, or HYDRA_LLM_BASE_URL");
      return 2;
    }
    try {
      train(spec.commandLine().getOut());
      return 0;
    } catch (LampFormatException e) {
      err.println(e.getMessage());
    } catch (IOException e) {
      err.printf("%s cannot be written: %s%n", out, e.getMessage());
    }
    return 1;
  }

  private void train(PrintWriter progress) throws IOException {
    List<TaskData> tasks = new ArrayList<>();
    for (Path folder : data) {
      tasks.add(read(folder, progress));
    }
    String key = System.getenv().getOrDefault("HYDRA_LLM_API_KEY", "none");
    try (LlmSampleSource llm =
            llmCalls > 0 ? new LlmSampleSource(llmBaseUrl, key, llmModel, llmCalls) : null;
        Base base =
            new BaseTrainer(
                    llm == null ? SampleSource.NONE : llm,
                    seed,
                    line -> {
                      progress.println(line);
                      progress.flush();
                    })
                .train(tasks)) {
      String version = BaseFiles.write(base, out);
      progress.printf("base %s written to %s%n", version, out);
      if (llm != null && llm.failures() > 0) {
        progress.printf("%d LLM calls failed; their items count as not sampled%n", llm.failures());
      }
      base.report().forEach((task, facts) -> print(progress, task, facts));
      progress.flush();
    }
  }

  private static void print(PrintWriter progress, String task, Object facts) {
    if (facts instanceof Map<?, ?> map) {
      map.forEach((fact, value) -> progress.printf("  %-10s %-28s %s%n", task, fact, value));
    }
  }

  private TaskData read(Path folder, PrintWriter progress) {
    LampSplit split = LampReader.read(folder, "train");
    TaskSpec task =
        TaskCatalogue.shipped()
            .find(split.taskId())
            .orElseThrow(() -> new LampFormatException(folder + ": no task " + split.taskId()));
    List<LampUser> chosen = users == Users.ALL ? split.users() : LampHalves.forBase(split);
    progress.printf(
        "%s: %d of %d training users, %d items%n",
        task.id(),
        chosen.size(),
        split.users().size(),
        chosen.stream().mapToInt(u -> u.profile().size()).sum());
    return new TaskData(task, chosen.stream().map(LampUser::profile).toList());
  }
}
