package io.hydra.infra.cli;

import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.ClassArchive;
import io.hydra.infra.process.ManagedProcess;
import io.hydra.infra.process.ModuleMain;
import io.hydra.infra.stack.Component;
import io.hydra.infra.stack.RunningStack;
import io.hydra.infra.stack.StackConfig;
import io.hydra.runtime.service.Closer;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * A step of {@code ./hydra}'s build: runs a stack once, on the base that the build has made, and
 * writes archives of the classes that its programs and this launcher have loaded.
 */
@Command(
    name = "class-archives",
    hidden = true,
    description = "Write archives of the programs' classes, unless they are there.")
final class ClassArchivesCommand extends HydraCommand {
  /** The launcher's and the supervisor's. */
  private static final String LAUNCHER = "infra/stack";

  private static final int HEAP_MIB = 512;
  private static final int TAIL_LINES = 20;

  @Override
  public Integer call() throws InterruptedException {
    Path home = StackFolder.home();
    Map<Component, ClassArchive> archives = new HashMap<>();
    Arrays.stream(Component.values())
        .filter(component -> component != Component.REDIS)
        .forEach(component -> archives.put(component, component.archive(home)));
    ClassArchive launcher = ClassArchive.of(home, LAUNCHER);
    if (launcher.isCurrent() && archives.values().stream().allMatch(ClassArchive::isCurrent)) {
      return 0;
    }
    note("running a stack once, so that later ones start faster…");
    try (Closer cleanup = Closer.closedAtExit("hydra-cleanup")) {
      Path temp = cleanup.own(PrivateFiles::createTemp, PrivateFiles::remove);
      Path lists = PrivateFiles.createFolder(temp.resolve("lists"));
      Map<Component, Path> ofComponents = run(cleanup, temp, lists);
      List<Path> others = new ArrayList<>(files(lists));
      others.removeAll(ofComponents.values());
      note("writing archives of classes…");
      launcher.write(others);
      for (Map.Entry<Component, ClassArchive> archive : archives.entrySet()) {
        archive.getValue().write(List.of(ofComponents.get(archive.getKey())));
      }
    }
    return 0;
  }

  /** Has a stack answer a user of whom it knows something; returns the lists of its components. */
  private static Map<Component, Path> run(Closer cleanup, Path temp, Path lists)
      throws InterruptedException {
    String dir = temp.resolve("stack").toString();
    RunningStack stack = new RunningStack(Path.of(dir));
    cleanup.add(
        () -> {
          int unused = stack.stop(StackConfig.STOP_GRACE);
        });
    Path log = temp.resolve("commands.log");
    command(log, lists, "up", "--dir", dir);
    Map<Component, Path> ofComponents = new HashMap<>();
    for (ManagedProcess process : stack.processes()) {
      Component.byId(process.name())
          .ifPresent(each -> ofComponents.put(each, lists.resolve("pid" + process.pid())));
    }
    String events = StackFolder.home().resolve("docs/examples/shelves.jsonl").toString();
    command(log, lists, "load", "--dir", dir, events);
    command(log, lists, "ask", "--dir", dir, "--user", "mia", "--task", "sample", "a long climb");
    command(log, lists, "down", "--dir", dir);
    return ofComponents;
  }

  private static void command(Path log, Path lists, String... words) throws InterruptedException {
    Path home = StackFolder.home();
    int exitCode =
        new ModuleMain(home)
            .logTo(log)
            .run(
                LAUNCHER,
                HydraCli.class.getName(),
                HEAP_MIB,
                List.of(words),
                environment -> {
                  environment.keySet().removeIf(name -> name.startsWith("HYDRA_"));
                  // Inherited by what the command starts; %p is the process.
                  environment.put(
                      "JDK_JAVA_OPTIONS",
                      "-XX:TieredStopAtLevel=1 \"-Dhydra.home=%s\" \"-XX:DumpLoadedClassList=%s/%%p\""
                          .formatted(home, lists));
                });
    if (exitCode != 0) {
      throw new UserException(
          "hydra %s failed, so programs start without archives of their classes:%n%s"
              .formatted(words[0], ManagedProcess.logTail(log, TAIL_LINES)));
    }
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
