package io.hydra.infra.stack;

import java.util.Arrays;
import java.util.Optional;

/** The processes of the stack, in the order of their start. */
public enum Component {
  BROKER("broker", "infra/broker", true),
  REGISTRY("registry", "infra/stack", true),
  REDIS("redis", "infra/stack", true),
  SIMULATED_LLM("simulated-llm", "infra/llm", true),
  STREAM_PROCESSOR("stream-processor", "stream-processor", false),
  TRAINER("trainer", "trainer/app", false),
  SERVING("serving", "serving", false),
  GATEWAY("gateway", "ingest/gateway", false),
  LAG_MONITOR("lag-monitor", "infra/lag", false);

  private final String id;
  private final String module;
  private final boolean infrastructure;

  Component(String id, String module, boolean infrastructure) {
    this.id = id;
    this.module = module;
    this.infrastructure = infrastructure;
  }

  /** Its name in logs, records and messages. */
  public String id() {
    return id;
  }

  /** Folder of the module that builds it, below the project's top. */
  public String module() {
    return module;
  }

  /** True if the services need it: it is started before them, and stopped after them. */
  public boolean isInfrastructure() {
    return infrastructure;
  }

  public static Optional<Component> byId(String id) {
    return Arrays.stream(values()).filter(c -> c.id.equals(id)).findFirst();
  }
}
