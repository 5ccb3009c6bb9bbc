package io.hydra.trainer.base;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.model.PersonalModel;
import io.hydra.model.base.BaseFiles;
import io.hydra.model.encoder.ShippedEncoder;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.redis.Heads;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrainBaseMainTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path tasks;

  @BeforeEach
  void describeTasks() throws IOException {
    tasks =
        Files.writeString(
            folder.resolve("my-tasks.yaml"),
            """
            tasks:
              - id: queue
                instruction: Name the queue.
                options: [billing, workshop]
                metric: ACCURACY
              - id: reply
                instruction: Write the reply's subject.
                metric: ROUGE
            """);
  }

  private int run(Path data, String base, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--data", data.toString(), "--out", folder.resolve(base).toString()));
    arguments.addAll(List.of(more));
    CommandLine line = TrainBaseMain.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments.toArray(String[]::new));
  }

  private static List<String> events() {
    List<String> lines = new ArrayList<>();
    for (int user = 0; user < 10; user++) {
      for (int i = 1; i <= 12; i++) {
        boolean invoice = (i + user) % 3 == 0;
        String input = invoice ? "a late invoice" : "a broken wheel";
        lines.add(line(user, "queue", i, input, invoice ? "billing" : "Workshop"));
        lines.add(line(user, "reply", i, input, "About " + input));
      }
    }
    return lines;
  }

  private static String line(int user, String task, int time, String input, String output) {
    return """
    {"user_id":"u%d","task":"%s","occurred_at":17000000000%02d,"input":"%s","output":"%s"}\
    """
        .formatted(user, task, time, input, output);
  }

  @Test
  void aBaseForTasksOfOnesOwnIsTrainedFromJsonLines() throws IOException {
    List<String> lines = events();
    Path data = Files.write(folder.resolve("events.jsonl"), lines);
    assertThat(run(data, "base", "--tasks", tasks.toString())).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("queue: 10 of 10 training users, 120 items")
        .contains("reply: 10 of 10 training users, 120 items")
        .containsPattern(
            "  queue: learned from 9 users; without an LLM it is right about \\d+ % of the 12 answers"
                + " of 1 user held back")
        .contains("  reply: learned from 9 users\n", "training network 4 of 4: 1 of ")
        .doesNotContain("training network 4 of 4: 2 of ", "{");
    assertThat(out.toString().contains("this build has no encoder of meaning"))
        .isEqualTo(ShippedEncoder.name().isEmpty());
    assertThat(out.toString().lines().reduce((first, last) -> last))
        .hasValueSatisfying(
            last ->
                assertThat(last)
                    .contains(" for queue, reply written to " + folder.resolve("base"))
                    .contains("next: hydra down where a stack runs, then hydra up --base ")
                    .contains("--base " + folder.resolve("base") + ", or --next-base"));
    assertThat(out.toString())
        .contains("reply: no samples were learned from", "--llm-calls 300")
        .doesNotContain("queue: no samples", "nothing was measured");
    try (PersonalModel model = PersonalModel.load(folder.resolve("base"))) {
      assertThat(model.tasks().ids()).contains("queue", "reply", "sample");
      TaskSpec queue = model.tasks().find("queue").orElseThrow();
      assertThat(
              model.read(queue, List.of(), "a late invoice").choose(List.of(), Heads.NONE).text())
          .isEqualTo("billing");
      assertThat(
              model.read(queue, List.of(), "a broken wheel").choose(List.of(), Heads.NONE).text())
          .isEqualTo("workshop");
    }
    Collections.reverse(lines);
    Path backwards = Files.write(folder.resolve("backwards.jsonl"), lines);
    assertThat(run(backwards, "same", "--tasks", tasks.toString())).isZero();
    assertThat(BaseFiles.check(folder.resolve("same")).version())
        .isEqualTo(BaseFiles.check(folder.resolve("base")).version());
  }

  @Test
  void fewUsersAreNotMeasuredOnAndThatIsSaid() throws IOException {
    List<String> few = events().subList(0, 24);
    Path data = Files.write(folder.resolve("events.jsonl"), few);
    assertThat(run(data, "base", "--tasks", tasks.toString(), "--encoder", "none")).isZero();
    assertThat(out.toString())
        .contains("queue: 1 of 1 training user, 12 items")
        .contains(
            "queue: nothing was measured, since no users could be held back of 1 user: with 9")
        .contains("reply: nothing was measured");
  }

  @Test
  void whatCannotBeTrainedOnIsOneClearLine() throws IOException {
    Path data = Files.write(folder.resolve("events.jsonl"), events());
    assertThat(run(data, "base")).isEqualTo(1);
    assertOneLine("events.jsonl: unknown task(s) queue, reply", "--tasks FILE");
    assertThat(run(data, "base", "--tasks", folder.resolve("none.yaml").toString())).isEqualTo(1);
    assertOneLine("none.yaml: no such file");
    Files.writeString(tasks, Files.readString(tasks).replace("id: queue", "id: sample"));
    assertThat(run(data, "base", "--tasks", tasks.toString())).isEqualTo(1);
    assertOneLine("my-tasks.yaml, task sample: stands in hydra's own tasks.yaml too");
    Files.writeString(data, "{\"user_id\":");
    assertThat(run(data, "base")).isEqualTo(1);
    assertOneLine("events.jsonl:1: not valid JSON");
    assertThat(run(folder.resolve("nowhere"), "base")).isEqualTo(1);
    assertOneLine("nowhere: no such file or folder");
    assertThat(folder.resolve("base")).doesNotExist();
  }

  private void assertOneLine(String... parts) {
    assertThat(err.toString().strip().lines()).singleElement().asString().contains(parts);
    err.getBuffer().setLength(0);
  }
}
