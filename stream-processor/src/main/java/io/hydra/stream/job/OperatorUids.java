package io.hydra.stream.job;

/** Names that tie checkpointed state to its operator. Changing one drops that operator's state. */
final class OperatorUids {
  static final String EVENTS = "events";
  static final String DECODE = "decode";
  static final String EVENT_TIME = "event-time";
  static final String DEAD_LETTERS = "dead-letters";
  static final String WRITE_HISTORY = "write-history";
  static final String TRIGGER = "trigger";
  static final String HEAD_REQUESTS = "head-requests";
  static final String ERASURES = "erasures";

  private OperatorUids() {}
}
