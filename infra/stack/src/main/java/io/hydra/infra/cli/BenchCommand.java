package io.hydra.infra.cli;

import io.hydra.infra.output.PrivateFiles;
import io.hydra.infra.process.ModuleMain;
import io.hydra.runtime.service.Closer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Measurements of speed and size, in a separate process on copies of the jars. */
@Command(name = "bench", description = "Measure speed and size; see hydra bench --help.")
final class BenchCommand implements Callable<Integer> {
  /** By name: what it measures with is none of this module's business. */
  private static final String MODULE = "infra/bench";

  private static final String MAIN = "io.hydra.infra.bench.BenchMain";
  private static final int HEAP_MIB = 1024;

  @Unmatched private List<String> words = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    Path home = StackFolder.home();
    try (Closer cleanup = Closer.closedAtExit("hydra-cleanup")) {
      Path temp = cleanup.own(PrivateFiles::createTemp, PrivateFiles::remove);
      List<String> all = new ArrayList<>();
      all.addAll(List.of("--home", home.toString(), "--dir", temp.resolve("stack").toString()));
      all.addAll(words);
      return new ModuleMain(home, temp.resolve("bench")).run(MODULE, MAIN, HEAP_MIB, all);
    }
  }
}
