package io.hydra.infra.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.infra.llm.Faults.Fault.Kind;
import io.hydra.infra.llm.Faults.FaultSettings;
import io.hydra.infra.llm.model.Prior.PriorReader.PriorFile;
import io.hydra.runtime.service.Program;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedLlmTest {
  @TempDir Path folder;

  @Test
  void aTakenPortExitsWithOne() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThat(SimulatedLlm.run("--port", Integer.toString(taken.getLocalPort()))).isEqualTo(1);
    }
  }

  @Test
  void aMissingOrMalformedPriorExitsWithOne() throws Exception {
    Path malformed = Files.writeString(folder.resolve("prior.jsonl"), "{\"task\":\"t\"}\n");

    assertThat(SimulatedLlm.run("--prior", malformed.toString())).isEqualTo(1);
    assertThat(SimulatedLlm.run("--prior", folder.resolve("absent").toString())).isEqualTo(1);
  }

  @Test
  void aPriorsNameStandsBeforeItsFile() {
    assertThat(PriorFile.parse("fold-0=dir/a.jsonl"))
        .isEqualTo(new PriorFile("fold-0", Path.of("dir/a.jsonl")));
    assertThat(PriorFile.parse("dir/a=b.jsonl"))
        .isEqualTo(new PriorFile("", Path.of("dir/a=b.jsonl")));
    assertThat(SimulatedLlm.run("--prior", "fold-0=" + folder.resolve("absent"))).isEqualTo(1);
  }

  @Test
  void faultsAreGivenByKindAndRate() {
    SimulatedLlm.FaultOptions options = new SimulatedLlm.FaultOptions();
    Program.commandLine(options)
        .parseArgs(
            "--fault", "hang=0.1,BUSY=0.2", "--fault", "drop=0.05", "--retry-after-seconds", "0");
    assertThat(options.settings())
        .isEqualTo(
            new FaultSettings(0, 0, Map.of(Kind.HANG, 0.1, Kind.BUSY, 0.2, Kind.DROP, 0.05), 0));
  }

  @Test
  void wrongOptionsAreAUsageError() {
    assertThat(SimulatedLlm.run("--fault", "hang=2")).isEqualTo(2);
    assertThat(SimulatedLlm.run("--fault", "sulk=1")).isEqualTo(2);
    assertThat(SimulatedLlm.run("--hang", "1")).isEqualTo(2);
  }
}
