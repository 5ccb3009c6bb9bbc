package io.hydra.infra.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
  private static final String MODULE = "serving";
  private static final String SHARED = " picocli.CommandLine source: shared";

  @TempDir Path home;
  private Path picocli;
  private Path target;

  @BeforeEach
  void buildAModule() throws IOException {
    target = Files.createDirectories(home.resolve(MODULE).resolve("target"));
    Path jar =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(Path::of)
            .filter(file -> file.getFileName().toString().startsWith("picocli-"))
            .findFirst()
            .orElseThrow();
    picocli = Files.copy(jar, home.resolve("picocli.jar"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(target.resolve("classpath"), picocli.toString());
    Files.copy(jar, target.resolve("hydra-serving-1.jar"));
  }

  @Test
  void aProgramTakesTheClassesOfOthersFromItWhateverOurOwnJarsAre() throws Exception {
    ClassArchive archive = written();

    assertThat(runHelp()).anyMatch(line -> line.contains(SHARED));
    Files.writeString(target.resolve("hydra-serving-1.jar"), "another build");
    assertThat(runHelp()).anyMatch(line -> line.contains(SHARED));
    assertThat(archive.isCurrent()).isTrue();
    Files.writeString(target.resolve("classpath"), picocli + ":/lib/more.jar");
    assertThat(ClassArchive.of(home, MODULE).isCurrent()).isFalse();
  }

  @Test
  void whereAJarHasChangedAProgramStartsWithoutAndSaysNothing() throws Exception {
    ClassArchive unused = written();
    Files.setLastModifiedTime(picocli, FileTime.fromMillis(0));

    assertThat(runHelp())
        .anyMatch(line -> line.contains(" picocli.CommandLine source: file:"))
        .noneMatch(line -> line.contains("[cds") || line.contains("warning"));
  }

  @Test
  void anArchiveThatIsNoneIsIgnored() throws Exception {
    ClassArchive unused = written();
    Files.writeString(target.resolve("classes.jsa"), "none");

    assertThat(runHelp())
        .anyMatch(line -> line.contains(" picocli.CommandLine source: file:"))
        .noneMatch(line -> line.contains("[cds") || line.contains("warning"));
  }

  @Test
  void withoutOneThereIsNoFlag() {
    assertThat(new JavaCommand(64).archive(target).main("x", "Main", List.of()))
        .noneMatch(word -> word.startsWith("@"));
    assertThat(ClassArchive.of(home, MODULE).isCurrent()).isFalse();
  }

  @Test
  void listsAreMergedWithoutTheirNumbers() throws IOException {
    Path one =
        Files.writeString(home.resolve("one"), "a/A id: 1\nb/B id: 2 super: 1 source: x.jar\n");
    Path two =
        Files.writeString(home.resolve("two"), "c/C id: 1\na/A id: 7\n@lambda-proxy a/A x\n");

    assertThat(ClassArchive.merge(List.of(one, two)))
        .containsExactly("a/A", "c/C", "@lambda-proxy a/A x");
  }

  private ClassArchive written() throws Exception {
    Path list = home.resolve("list");
    List<String> unused = run("-XX:DumpLoadedClassList=" + list);
    ClassArchive archive = ClassArchive.of(home, MODULE);
    archive.write(List.of(list));
    return archive;
  }

  /** The classes that the program loads, and from where. */
  private List<String> runHelp() throws Exception {
    return run("-Xlog:class+load:stdout");
  }

  private List<String> run(String flag) throws Exception {
    List<String> command =
        new JavaCommand(64)
            .archive(target)
            .flags(flag)
            .main(JavaCommand.classpath(home, MODULE), "picocli.AutoComplete", List.of("--help"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).isZero();
    return lines;
  }
}
