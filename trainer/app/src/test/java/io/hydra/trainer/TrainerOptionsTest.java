package io.hydra.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

class TrainerOptionsTest {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:(HYDRA_[A-Z_]+)");

  @Test
  void everyOptionHasAVariableAndSaysWhich() {
    for (OptionSpec option : TrainerMain.commandLine().getCommandSpec().options()) {
      if (option.usageHelp() || option.versionHelp()) {
        continue;
      }
      Matcher variable = VARIABLE.matcher(declaredDefault(option));
      assertThat(variable.find()).as(option.longestName()).isTrue();
      assertThat(String.join(" ", option.description())).contains(variable.group(1));
    }
  }

  @Test
  void aMalformedRedisUrlIsOneClearLineWithoutThePassword() {
    StringWriter said = new StringWriter();
    CommandLine command = TrainerMain.commandLine().setErr(new PrintWriter(said, true));
    assertThat(command.execute("--base=b", "--redis-url=redis://:xyzzy@h:port"))
        .isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(said.toString().lines().findFirst().orElseThrow())
        .startsWith("trainer: Invalid value for option '--redis-url': the Redis URL has ")
        .contains("expected redis://");
    assertThat(said.toString()).doesNotContain("xyzzy");
  }

  @Test
  void numbersThatCannotBeAreRefusedBeforeAnythingIsLoaded() {
    for (String bad : new String[] {"--threads=-1", "--verdict-window=0ms"}) {
      StringWriter said = new StringWriter();
      CommandLine command = TrainerMain.commandLine().setErr(new PrintWriter(said, true));
      assertThat(command.execute("--base=b", bad)).isEqualTo(CommandLine.ExitCode.USAGE);
      assertThat(said.toString())
          .startsWith("trainer: " + bad.substring(0, bad.indexOf('=')) + " must be");
    }
  }

  /** As it is written: the specification holds it with the variable already replaced. */
  private static String declaredDefault(OptionSpec option) {
    return ((Field) option.userObject()).getAnnotation(Option.class).defaultValue();
  }
}
