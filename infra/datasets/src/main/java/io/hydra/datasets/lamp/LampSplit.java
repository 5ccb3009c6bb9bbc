package io.hydra.datasets.lamp;

import java.util.List;

/** The users of one pair of questions and outputs files. */
public record LampSplit(LampLayout layout, List<LampUser> users) {
  public LampSplit {
    users = List.copyOf(users);
  }

  public String taskId() {
    return layout.taskId();
  }
}
