package io.hydra.model.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading an LLM's text, and a user's own, as an answer. */
class AnswerReadingTest {
  private static final TaskCatalogue SHIPPED = TaskCatalogue.shipped();
  private static final TaskSpec STARS = SHIPPED.find("LaMP_3").orElseThrow();
  private static final TaskSpec MOVIES = SHIPPED.find("LaMP_2M").orElseThrow();
  private static final TaskSpec HEADLINES = SHIPPED.find("LaMP_4").orElseThrow();

  private static TaskSpec closed(String options, String metric) {
    return TaskCatalogue.parse(
            """
            tasks:
              - id: mine
                instruction: Choose.
                options: [%s]
                metric: %s
            """
                .formatted(options, metric),
            "mine.yaml")
        .find("mine")
        .orElseThrow();
  }

  private static String text(String cell) {
    return cell == null ? "" : cell.replace("\\n", "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          The Clock Stopped                                | The Clock Stopped
          Here is a headline:\\n\\nThe Clock Stopped       | The Clock Stopped
          **Here is a headline:**\\nThe Clock Stopped      | The Clock Stopped
          Sure! Here is a headline: The Clock Stopped      | The Clock Stopped
          Headline: The Clock Stopped                      | The Clock Stopped
          **Headline:** The Clock Stopped                  | The Clock Stopped
          Answer: "The Clock Stopped".                     | The Clock Stopped
          ### The Clock Stopped                            | The Clock Stopped
          > - **The Clock Stopped**                        | The Clock Stopped
          *The Clock Stopped*                              | The Clock Stopped
          “The Clock Stopped”                              | The Clock Stopped
          „The Clock Stopped“                              | The Clock Stopped
          «The Clock Stopped»                              | The Clock Stopped
          「時計が止まった」                                | 時計が止まった
          'It's the Clock's Fault'                         | It's the Clock's Fault
          "Yes" and "No"                                   | "Yes" and "No"
          'Tis the Season                                  | 'Tis the Season
          Here Is What to Know: A Guide                    | Here Is What to Know: A Guide
          Sunday Roundup: Ten Things                       | Sunday Roundup: Ten Things
          Final answer: The Clock Stopped                  | The Clock Stopped
          Here's another headline: The Clock Stopped       | The Clock Stopped
          Sure, a headline in that style: The Clock Stopped | The Clock Stopped
          Result: Nobody Won                               | Result: Nobody Won
          Title: The Word That Sells                       | Title: The Word That Sells
          Response: A Letter to the Editor                 | Response: A Letter to the Editor
          Here are the response teams: who pays            | Here are the response teams: who pays
          Here are the headline writers: who pays          | Here are the headline writers: who pays
          OK Is a Result: Ten Things                       | OK Is a Result: Ten Things
          The clock stopped.                               | The clock stopped.
          The Clock Stopped:                               | The Clock Stopped:
          <think>\\nOkay.\\n</think>\\n\\nThe Clock Stopped | The Clock Stopped
          Okay, a headline.\\n</think>\\nThe Clock Stopped | The Clock Stopped
          <think>\\nI was cut                              | ``
          \\n\\n                                           | ``
          """)
  void anOpenAnswerIsTheLineItself(String reply, String answer) {
    assertThat(HEADLINES.normalize(text(reply))).isEqualTo(text(answer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Write the title of the paper.  | Title: On Heads           | On Heads
          Write the title of the paper.  | Headline: On Heads        | Headline: On Heads
          Write the title of the paper.  | Here is a title: On Heads | On Heads
          Write titles.                  | The Title: On Heads       | On Heads
          Write the subject line.        | Subject line: On Heads    | On Heads
          Write the subject line.        | Subject: On Heads         | On Heads
          Write an entitled line.        | Title: On Heads           | Title: On Heads
          """)
  void aLabelIsTakenOffWhereTheInstructionAsksForIt(
      String instruction, String reply, String answer) {
    TaskSpec task =
        TaskCatalogue.parse(
                "tasks: [{id: mine, instruction: %s, metric: ROUGE}]".formatted(instruction),
                "mine.yaml")
            .find("mine")
            .orElseThrow();
    assertThat(task.normalize(reply)).isEqualTo(answer);
  }

  @Test
  void aCodeFenceIsNoAnswer() {
    assertThat(HEADLINES.normalize("```\nThe Clock Stopped\n```")).isEqualTo("The Clock Stopped");
    assertThat(HEADLINES.normalize("Here:\n```text\nThe Clock\n```")).isEqualTo("The Clock");
    assertThat(HEADLINES.normalize("```")).isEmpty();
    assertThat(STARS.normalize("```\n4\n```")).isEqualTo("4");
    assertThat(HEADLINES.normalize("`The Clock`")).isEqualTo("The Clock");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          4                                       | 4
          4.                                      | 4
          4.0                                     | 4
          4/5                                     | 4
          4 / 5                                   | 4
          4 out of 5 stars                        | 4
          4.0 out of 5                            | 4
          I would give it 4 stars out of 5.       | 4
          Rating: 4                               | 4
          **4**                                   | 4
          Four                                    | 4
          Four stars                              | 4
          four out of five                        | 4
          4-star                                  | 4
          ★★★★                                    | 4
          ★★★★☆                                   | 4
          ⭐⭐⭐⭐                                | 4
          ⭐️⭐️⭐️⭐️                                | 4
          ٤                                       | 4
          ４                                      | 4
          4 stars, it came in 2 days              | 4
          4 stars, though the 2nd one broke       | 4
          4 stars. It has 1,000 reviews.          | 4
          4 stars. Paid 20.                       | 4
          4 stars. So 4.                          | 4
          4 stars (out of 5)                      | 4
          4 stars out of 10                       | ``
          On a scale of 1 to 5, I give 4 stars    | 4
          On a scale of 1 to 10, I give 4         | ``
          ★★★★ out of 5                           | 4
          4 ★                                     | 4
          4⭐️                                      | 4
          4 ★★★★☆                                 | 4
          3,9                                     | 4
          3,9/5                                   | 4
          4,0                                     | 4
          4,5 stars                               | 4
          3, 9                                    | ``
          This is not a 5-star product. 2         | ``
          This is not a 5-star product. Answer: 2 | 2
          Not 5/5 but 2                           | ``
          ★★★★★? No, 2                            | ``
          4.5                                     | 4
          4.6                                     | 5
          4.5/5                                   | 4
          4 or 5                                  | ``
          4-5                                     | ``
          4 stars or 5 stars                      | ``
          It is 2 or 3. Answer: 3                 | 3
          I thought 5, but the answer is 2.       | 2
          8/10                                    | ``
          7                                       | ``
          0                                       | ``
          80%                                     | ``
          One of the best I have seen             | ``
          No rating                               | ``
          <think>5? no</think>2                   | 2
          """)
  void aRatingIsReadInItsUsualForms(String reply, String answer) {
    assertThat(STARS.normalize(text(reply))).isEqualTo(text(answer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          comedy                                          | comedy
          The tag is **dark comedy**.                     | dark comedy
          DARK  COMEDY                                    | dark comedy
          comedy or action                                | ``
          comedy\\naction                                 | ``
          It has comedy and action.\\nAnswer: action      | action
          Comedy? Action? The answer is: **comedy**       | comedy
          Answer: comedy or action                        | ``
          <think>comedy or action?</think>action          | action
          <think>comedy                                   | ``
          tragicomedy                                     | ``
          """)
  void anOptionIsNamedOnceOrNotAtAll(String reply, String answer) {
    assertThat(MOVIES.normalize(text(reply))).isEqualTo(text(answer));
  }

  @Test
  void optionsOfAnyScriptAreFound() {
    TaskSpec chinese = closed("喜剧, 动作, 黑色喜剧", "ACCURACY");
    assertThat(chinese.normalize("答案是喜剧")).isEqualTo("喜剧");
    assertThat(chinese.normalize("这是黑色喜剧。")).isEqualTo("黑色喜剧");
    assertThat(chinese.normalize("喜剧或者动作")).isEmpty();
    TaskSpec hindi = closed("हिन्द, फिल्म", "ACCURACY");
    assertThat(hindi.normalize("हिन्दी")).isEmpty();
    assertThat(hindi.normalize("यह हिन्द है")).isEqualTo("हिन्द");
    TaskSpec thai = closed("ตลก, รัก", "ACCURACY");
    assertThat(thai.normalize("คำตอบคือตลก")).isEqualTo("ตลก");
    TaskSpec korean = closed("코미디, 액션", "ACCURACY");
    assertThat(korean.normalize("정답은 코미디입니다")).isEqualTo("코미디");
  }

  @Test
  void oneLetterIsOneLetterHoweverItIsWritten() {
    TaskSpec cafes = closed("Café, Straße", "ACCURACY");
    assertThat(cafes.indexOf("cafe\u0301")).isZero();
    assertThat(cafes.normalize("It is CAFE\u0301.")).isEqualTo("Café");
    assertThat(cafes.indexOf("STRASSE")).isEqualTo(1);
    assertThat(closed("healthy living, crime", "ACCURACY").indexOf("\uFEFFHealthy \u00A0 living\n"))
        .isZero();
  }

  @Test
  void numbersAreComparedAsNumbersWhereTheyAreInOrder() {
    assertThat(STARS.indexOf("4.0")).isEqualTo(3);
    assertThat(STARS.indexOf(" 4 ")).isEqualTo(3);
    assertThat(STARS.indexOf("04")).isEqualTo(3);
    assertThat(STARS.indexOf("4,0")).isEqualTo(3);
    assertThat(STARS.indexOf("4,5")).isEqualTo(-1);
    assertThat(STARS.indexOf("4,000")).isEqualTo(-1);
    assertThat(STARS.indexOf("4.5")).isEqualTo(-1);
    assertThat(STARS.indexOf("4 stars")).isEqualTo(-1);
    assertThat(closed("\"4\", \"5\"", "ACCURACY").indexOf("4.0")).isEqualTo(-1);
    TaskSpec signed = closed("\"-1\", \"0\", \"1\"", "MAE");
    assertThat(signed.indexOf("-1.0")).isZero();
    assertThat(signed.normalize("−1")).isEqualTo("-1");
    assertThat(signed.normalize("−0,8")).isEqualTo("-1");
  }

  @Test
  void whateverIsSaidIsReadAsAnAnswerOrAsNone() {
    Random random = new Random(3);
    String alphabet = "4 5/.*_`\"'“<>think:ア★\u0301\uD83D\uDE00\n\t-#answer हिन";
    List<TaskSpec> tasks = List.of(STARS, MOVIES, HEADLINES);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder reply = new StringBuilder();
      for (int i = random.nextInt(60); i > 0; i--) {
        reply.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      for (TaskSpec task : tasks) {
        String answer = task.normalize(reply.toString());
        assertThat(answer).doesNotContain("\n");
        assertThat(!task.isClosed() || answer.isEmpty() || task.options().contains(answer))
            .isTrue();
        task.indexOf(reply.toString());
      }
    }
  }

  @Test
  void aHugeReplyIsReadAsFarAsAnAnswerGoes() {
    for (String piece :
        List.of("a", "\"", "*", "answer: ", "4 ", "★", "4★", "1,000", "<think>", "\n", "here ")) {
      String huge = piece.repeat(1_000_000 / piece.length());
      assertThatCode(() -> HEADLINES.normalize(huge)).doesNotThrowAnyException();
      assertThatCode(() -> STARS.normalize(huge)).doesNotThrowAnyException();
      assertThatCode(() -> MOVIES.normalize(huge)).doesNotThrowAnyException();
    }
  }
}
