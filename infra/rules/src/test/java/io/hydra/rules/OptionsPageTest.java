package io.hydra.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds every program's option names, environment names and defaults. They are read from the class
 * files, so that no program's libraries are needed here.
 */
class OptionsPageTest {
  private static final String PICOCLI = "picocli.CommandLine$";

  private static final List<String> PROGRAMS =
      List.of(
          "io.hydra.stream.StreamProcessor",
          "io.hydra.stream.rebuild.RebuildMain",
          "io.hydra.stream.rebuild.RefitMain",
          "io.hydra.trainer.TrainerMain",
          "io.hydra.serving.ServingMain",
          "io.hydra.ingest.gateway.GatewayMain",
          "io.hydra.infra.llm.SimulatedLlm",
          "io.hydra.infra.broker.BrokerMain",
          "io.hydra.infra.lag.LagMonitorMain");

  /** Picocli's word for no default. */
  private static final String NULL = "_NULL_";

  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{env:(HYDRA_[A-Z0-9_]+)(?::-(.*))?}", Pattern.DOTALL);

  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(new MainClasses()).importPackages("io.hydra");

  /** One option as it is declared; {@code variable} and {@code value} are empty where none is. */
  private record Declared(String name, String variable, String value) {
    static Declared of(JavaAnnotation<?> option) {
      String[] names = (String[]) option.get("names").orElseThrow();
      String longest = Stream.of(names).max(Comparator.comparingInt(String::length)).orElseThrow();
      String text = text(option, "defaultValue");
      Matcher matcher = VARIABLE.matcher(text);
      return matcher.matches()
          ? new Declared(longest, matcher.group(1), shown(matcher.group(2)))
          : new Declared(longest, "", shown(text));
    }

    private static String shown(String value) {
      return value == null || value.equals(NULL) || value.startsWith("__") ? "" : value;
    }
  }

  @Test
  void namesVariablesAndDefaultsAreThoseOfTheCode() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # Options

            The options of each program, with their environment variables and defaults; `--help` explains
            them. This page is generated from the code by `OptionsPageTest`. Durations are written `500ms`,
            `10s`, `5min`, `30d`, or as ISO 8601.
            """);
    for (String program : PROGRAMS) {
      JavaClass main = CLASSES.get(program);
      String name = text(annotation(main, "Command").orElseThrow(), "name");
      page.append("\n## ")
          .append(name)
          .append(
              program.startsWith("io.hydra.stream.rebuild.")
                  ? "\n\nOf the program in the job's jar; the launcher's command has options of its own (`hydra %s --help`)."
                      .formatted(name)
                  : "")
          .append("\n\n| option | variable | default |\n|---|---|---|\n");
      for (Declared option : options(main)) {
        page.append(
            "| `%s` | %s | %s |%n"
                .formatted(option.name, code(option.variable), code(option.value)));
      }
    }
    GeneratedPage.holds("options.md", page.toString(), OptionsPageTest.class);
  }

  @Test
  void aVariableHasOneDefaultWhereverItStands() {
    Map<String, String> seen = new HashMap<>();
    for (String program : PROGRAMS) {
      for (Declared option : options(CLASSES.get(program))) {
        if (!option.variable.isEmpty()) {
          String before = seen.putIfAbsent(option.variable, option.value);
          assertThat(before == null || before.equals(option.value))
              .as("%s is %s here and %s there", option.variable, option.value, before)
              .isTrue();
        }
      }
    }
    assertThat(seen).hasSizeGreaterThan(30);
  }

  private static List<Declared> options(JavaClass command) {
    return declared(command).sorted(Comparator.comparing(Declared::name)).toList();
  }

  private static Stream<Declared> declared(JavaClass command) {
    return command.getAllFields().stream()
        .flatMap(
            field ->
                annotation(field, "Mixin").isPresent()
                    ? declared(CLASSES.get(field.getRawType().getName()))
                    : annotation(field, "Option").map(Declared::of).stream());
  }

  private static Optional<? extends JavaAnnotation<?>> annotation(JavaField field, String name) {
    return field.tryGetAnnotationOfType(PICOCLI + name);
  }

  private static Optional<? extends JavaAnnotation<?>> annotation(JavaClass type, String name) {
    return type.tryGetAnnotationOfType(PICOCLI + name);
  }

  private static String text(JavaAnnotation<?> annotation, String property) {
    return (String) annotation.get(property).orElse("");
  }

  private static String code(String text) {
    return text.isEmpty() ? "" : "`" + text + "`";
  }
}
