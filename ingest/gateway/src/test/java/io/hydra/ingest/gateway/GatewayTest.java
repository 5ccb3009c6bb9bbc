package io.hydra.ingest.gateway;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A gateway as it comes, for each test. */
abstract class GatewayTest {
  @TempDir Path dir;
  TestGateway gateway;

  @BeforeEach
  final void open() {
    gateway = new TestGateway(dir);
  }

  @AfterEach
  final void close() {
    gateway.close();
  }
}
