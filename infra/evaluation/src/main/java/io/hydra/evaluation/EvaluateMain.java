package io.hydra.evaluation;

import io.hydra.datasets.lamp.LampUser;
import io.hydra.datasets.lines.CohortFile;
import io.hydra.evaluation.feedback.FeedbackOutcome;
import io.hydra.evaluation.feedback.FeedbackReport;
import io.hydra.evaluation.feedback.FeedbackRun;
import io.hydra.evaluation.method.Method;
import io.hydra.evaluation.privacy.PrivacyOutcome;
import io.hydra.evaluation.privacy.PrivacyReport;
import io.hydra.evaluation.privacy.PrivacyRun;
import io.hydra.evaluation.report.DraftFile;
import io.hydra.evaluation.report.LampPredictions;
import io.hydra.evaluation.report.Report;
import io.hydra.evaluation.result.Results;
import io.hydra.evaluation.result.Results.Answers;
import io.hydra.evaluation.run.CachedEncoder;
import io.hydra.evaluation.run.Evaluation;
import io.hydra.evaluation.run.EvaluationProgress;
import io.hydra.evaluation.run.EvaluationProgress.ProgressLines;
import io.hydra.evaluation.run.Kinds;
import io.hydra.evaluation.run.Round;
import io.hydra.evaluation.run.RoundBase;
import io.hydra.evaluation.run.Settings;
import io.hydra.evaluation.run.Settings.QuestionMode;
import io.hydra.evaluation.run.Tastes;
import io.hydra.evaluation.streaming.Stream;
import io.hydra.evaluation.streaming.StreamingReport;
import io.hydra.evaluation.streaming.StreamingRun;
import io.hydra.llm.BoundedLlm;
import io.hydra.llm.CachedLlm;
import io.hydra.llm.LlmException;
import io.hydra.llm.OpenAiLlm;
import io.hydra.model.encoder.Encoder;
import io.hydra.model.encoder.EncoderSource;
import io.hydra.model.encoder.ShippedEncoder;
import io.hydra.model.head.HeadFitter.FitSettings;
import io.hydra.model.task.TaskCatalogue;
import io.hydra.model.task.TaskSpec;
import io.hydra.runtime.service.Program;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures hydra against what people would use instead, on LaMP files. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains a base on a folder's training users and measures every method on its dev users, or"
            + " on all of them by cross-validation. Writes report.json, report.md and report.html.",
    footer = {
      "",
      "Without --llm, and without HYDRA_LLM_BASE_URL, a SIMULATED LLM answers: it learns from"
          + " training users that the base does not learn from. Its figures show that the way works"
          + " and what it costs, not how good a real LLM would be."
    })
public final class EvaluateMain implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(120);
  private static final int RETRIES = 5;
  private static final long TASTE_SEED = 1;
  private static final double PRICE = 0.03;
  private static final double PRICE_OF_ORDERED = 0.045;
  private static final String NO_ENCODER = "none";

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Folder in LaMP's layout, with train_* and dev_* files.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the reports; they are replaced.")
  private Path out;

  @Option(
      names = "--methods",
      split = ",",
      paramLabel = "NAME",
      description = "Which methods to compare. Default: all.")
  private List<String> methods = Method.ids();

  @Option(
      names = "--questions",
      description =
          "lamp: one question per user. last20: the last fifth of each user's items, each asked"
              + " with the earlier ones as history, then learned. all: every item so. Default:"
              + " lamp.")
  private QuestionMode questions = QuestionMode.LAMP;

  @Option(
      names = "--folds",
      paramLabel = "N",
      description =
          "Measure all users of train and dev by N-fold cross-validation instead of dev alone.")
  private int folds = 0;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Repeat with N seeds; the figures are means. Default: ${DEFAULT-VALUE}.")
  private int seeds = 1;

  @Option(
      names = "--base-calls",
      paramLabel = "N",
      description =
          "LLM calls per base that teach it how far to trust the samples; they are reported apart."
              + " Default: ${DEFAULT-VALUE}.")
  private int baseCalls = 1000;

  @Option(
      names = "--call-price",
      paramLabel = "LOSS",
      description =
          "The least that an LLM call must save for hydra-saving to ask, as in serving's"
              + " --save-calls: of a wrong answer 1, of ordered options an error and its square."
              + " Default: "
              + PRICE
              + ", of ordered options "
              + PRICE_OF_ORDERED
              + ", chosen on training users.")
  private Double callPrice;

  @Option(
      names = "--streaming",
      description =
          "Instead of comparing methods, follow each user through time, half of them with a shift"
              + " of behaviour in the middle. Writes streaming.json, .md and .html.")
  private boolean streaming;

  @Option(
      names = "--feedback",
      description =
          "Instead of comparing methods, serve simulated users: some never write and only judge what"
              + " they are shown (accept or reject, or choose between two texts), some write what"
              + " they want. Writes feedback.json and .md.")
  private boolean feedback;

  @Option(
      names = "--privacy",
      description =
          "Instead of comparing methods, export heads as for devices, with and without noise: what"
              + " they are worth without an LLM, and whether they tell which events were in the"
              + " history. Closed tasks. Writes privacy.json and .md.")
  private boolean privacy;

  @Option(
      names = "--own-tastes",
      description =
          "Give every other measured user a taste of their own: a permutation of the labels, drawn"
              + " by seed. Closed tasks.")
  private boolean ownTastes;

  @Option(
      names = "--other-kind",
      description =
          "Each base learns from users who write about other things than those measured by it: two"
              + " halves, by the main axis of their texts' meaning. Twice the bases, each of half the"
              + " users.")
  private boolean otherKind;

  @Option(
      names = "--cohorts",
      paramLabel = "FILE",
      description =
          "Lines USER,COHORT, 20 cohorts at most: gains by cohort, too, as hydra worth reads it.")
  private Path cohorts;

  @Option(
      names = "--predictions",
      description = "Write each method's answers in LaMP's own shape too.")
  private boolean predictions;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Folder where LLM calls are kept, so that a run resumes. Default: OUT/llm-calls.")
  private Path cache;

  @Option(
      names = "--encoder",
      paramLabel = "PATH|none",
      description =
          "Pretrained encoder beside the trained one, as train-base takes it: a folder with"
              + " tokenizer.json and model.onnx, model.pt or model.safetensors; none: words alone."
              + " Default: the one that ships with hydra, where the build has it.")
  private String encoder;

  @Option(
      names = "--encoder-cache",
      paramLabel = "DIR",
      description =
          "Folder where its vectors are kept, for the next run too. Default: OUT/vectors.")
  private Path encoderCache;

  @Mixin private LlmOptions llm = new LlmOptions();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Users asked at once. Default: ${DEFAULT-VALUE}.")
  private int threads = 8;

  @Spec private CommandSpec spec;

  private EvaluateMain() {}

  public static void main(String[] args) {
    System.exit(Program.run(new EvaluateMain(), args));
  }

  @Override
  public Integer call() {
    llm.check();
    try {
      evaluate(spec.commandLine().getOut());
      return CommandLine.ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw new UserException(e.getMessage(), e);
    } catch (LlmException e) {
      throw new UserException(
          "%s: %s%nWhat was answered is kept: the same command goes on from here."
              .formatted(OpenAiLlm.shownAddress(llm.baseUrl()), e.getMessage()),
          e);
    } catch (IOException e) {
      throw new UserException("%s cannot be written: %s".formatted(out, e.getMessage()), e);
    }
  }

  private void evaluate(PrintWriter console) throws IOException {
    Dataset dataset = Dataset.read(data, folds, llm.model(folds), llm.isSimulated(), llm.strong);
    TaskCatalogue tasks = TaskCatalogue.shipped();
    TaskSpec task = tasks.find(dataset.taskId()).orElseThrow();
    Settings settings = settings(task);
    EvaluationProgress progress = new ProgressLines(console, InstantSource.system());
    Path calls = cache == null ? out.resolve("llm-calls") : cache;
    CachedEncoder pretrained = pretrained();
    try (SimulatedEndpoint simulated = llm.simulate(dataset);
        CachedLlm chat =
            new CachedLlm(
                BoundedLlm.open(llm.baseUrl(), llm.apiKey(), llm.concurrency, TIMEOUT, RETRIES),
                calls,
                llm.namespace())) {
      List<Round> rounds = new ArrayList<>();
      for (Round round : dataset.rounds()) {
        Round asked = ownTastes ? withTastes(task, round) : round;
        rounds.addAll(otherKind ? Kinds.exchange(asked, pretrained) : List.of(asked));
      }
      RoundBase bases = new RoundBase(task, tasks, pretrained, chat, baseCalls, progress);
      if (streaming) {
        Stream stream = new StreamingRun(settings, bases, chat, progress).run(rounds);
        console.println(StreamingReport.write(stream, out));
      } else if (feedback) {
        FeedbackOutcome outcome = new FeedbackRun(settings, bases, chat, progress).run(rounds);
        console.println(FeedbackReport.write(outcome, sharedFacts(), out));
      } else if (privacy) {
        PrivacyOutcome outcome = new PrivacyRun(settings, bases, progress).run(rounds);
        console.println(PrivacyReport.write(outcome, sharedFacts(), out));
      } else {
        Evaluation.Outcome outcome = new Evaluation(settings, bases, chat, progress).run(rounds);
        Report report =
            Report.of(
                new Results(
                    task,
                    outcome.questions(),
                    outcome.answers(),
                    facts(settings, outcome),
                    cohorts == null ? Map.of() : CohortFile.read(cohorts)));
        report.write(out);
        DraftFile.writeJson(out.resolve("bases.json"), outcome.bases());
        if (predictions) {
          writePredictions(task, outcome);
        }
        console.println(report.summary());
      }
      console.printf(
          "%d LLM calls made, %d answered from %s%nwritten to %s%n",
          chat.misses(), chat.hits(), calls, out);
      console.flush();
    }
  }

  /** Null for none. */
  private CachedEncoder pretrained() throws IOException {
    Encoder opened =
        encoder == null
            ? ShippedEncoder.open().orElse(null)
            : encoder.equals(NO_ENCODER) ? null : EncoderSource.open(encoder);
    Path vectors = encoderCache == null ? out.resolve("vectors") : encoderCache;
    return opened == null ? null : new CachedEncoder(opened, vectors);
  }

  private Settings settings(TaskSpec task) {
    Set<Method> chosen = new LinkedHashSet<>(Method.parse(methods));
    chosen.removeIf(method -> !method.fits(task));
    if (ownTastes && !task.isClosed()) {
      throw new IllegalArgumentException(
          "--own-tastes permutes labels, and %s has none: leave it out".formatted(task.id()));
    }
    if (privacy && !task.isClosed()) {
      throw new IllegalArgumentException(
          "--privacy is of closed tasks: heads of others are not exported");
    }
    if (llm.strong && !llm.isSimulated()) {
      throw new IllegalArgumentException("--strong-llm is of the simulated LLM: name no other");
    }
    if (privacy && (feedback || streaming)) {
      throw new IllegalArgumentException("--privacy goes with neither --feedback nor --streaming");
    }
    return new Settings(
        task,
        questions,
        chosen,
        LongStream.rangeClosed(1, seeds).boxed().toList(),
        baseCalls,
        threads,
        callPrice != null ? callPrice : task.isOrdinal() ? PRICE_OF_ORDERED : PRICE,
        FitSettings.DEFAULT);
  }

  private static Round withTastes(TaskSpec task, Round round) {
    List<LampUser> measured = Tastes.permuteHalf(task, round.measured(), TASTE_SEED);
    return new Round(round.name(), round.base(), measured, round.llmModel());
  }

  private Map<String, Object> facts(Settings settings, Evaluation.Outcome outcome) {
    Map<String, Object> facts = sharedFacts();
    facts.put("askedQuestions", settings.mode().name().toLowerCase(Locale.ROOT));
    facts.put("ownTastes", ownTastes);
    facts.put("examplesInThePrompt", settings.task().used());
    facts.put("samplesPerQuestion", settings.task().candidates());
    facts.put("callPrice", settings.callPrice());
    return facts;
  }

  private Map<String, Object> sharedFacts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("data", String.valueOf(data.getFileName()));
    facts.put("llm", llm.shownName());
    facts.put("llmSimulated", llm.isSimulated());
    facts.put("strongLlm", llm.strong);
    facts.put("otherKind", otherKind);
    facts.put("crossValidationFolds", folds);
    facts.put("seeds", seeds);
    facts.put("llmCallsPerBase", baseCalls);
    facts.put("encoderOfMeaning", shownEncoder());
    return facts;
  }

  private String shownEncoder() {
    if (encoder == null) {
      return ShippedEncoder.name().orElse(NO_ENCODER);
    }
    Path name = Path.of(encoder).getFileName();
    return name == null ? encoder : name.toString();
  }

  private void writePredictions(TaskSpec task, Evaluation.Outcome outcome) throws IOException {
    for (Answers answers : outcome.answers()) {
      String name = "predictions/%s-seed%d.json".formatted(answers.method(), answers.seed());
      LampPredictions.write(out.resolve(name), task, outcome.questions(), answers);
    }
  }
}
