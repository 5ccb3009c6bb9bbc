package io.hydra.serving.reply;

import java.util.List;

/**
 * Where a response goes.
 *
 * @param partition null: by the record's key
 * @param isDefault whether this is the topic of all who name none
 * @param complaints what the query asked for and does not get
 */
public record ReplyRoute(
    String topic, Integer partition, boolean isDefault, List<String> complaints) {
  public ReplyRoute {
    complaints = List.copyOf(complaints);
  }
}
