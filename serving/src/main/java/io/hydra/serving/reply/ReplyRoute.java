package io.hydra.serving.reply;

import java.util.List;

/**
 * Where a response goes.
 *
 * @param partition null: by the record's key
 * @param isDefault whether this is the topic of all who name none
 * @param isStray whether the query asked for another topic, which it may not name: what it is told
 *     there was not meant for all
 * @param complaints what the query asked for and does not get
 */
public record ReplyRoute(
    String topic, Integer partition, boolean isDefault, boolean isStray, List<String> complaints) {
  public ReplyRoute {
    complaints = List.copyOf(complaints);
  }
}
