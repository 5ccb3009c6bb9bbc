package io.hydra.infra.supervise;

import io.hydra.infra.process.ProcessStarter;
import io.hydra.infra.process.RunDirectory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The supervisor's process. Its arguments: the stack's folder, and the folder of its records. */
public final class SupervisorMain {
  private static final Logger LOG = LoggerFactory.getLogger(SupervisorMain.class);
  private static final long ROUND_MS = 200;

  private SupervisorMain() {}

  public static void main(String[] args) throws InterruptedException {
    Path stack = Path.of(args[0]);
    Path folder = SupervisorProcess.folder(stack);
    RunDirectory runs = new RunDirectory(Path.of(args[1]));
    Supervisor supervisor =
        new Supervisor(
            folder,
            Plan.load(folder),
            runs,
            new ProcessStarter(stack, runs, Clock.systemUTC()),
            Clock.systemUTC(),
            System::nanoTime);
    Runtime.getRuntime().addShutdownHook(new Thread(supervisor::close, "hydra-supervisor-stop"));
    LOG.info("watching {}", stack);
    while (supervisor.look()) {
      TimeUnit.MILLISECONDS.sleep(ROUND_MS);
    }
    LOG.info("the stack is being stopped");
  }
}
