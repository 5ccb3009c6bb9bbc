package io.hydra.evaluation.streaming;

/** What is followed through time; all but RAG choose among the same samples. */
enum Variant {
  RAG("rag"),
  POPULATION("hydra-population"),
  /** The user's own part as it was at the shift. */
  FROZEN("hydra-frozen"),
  /** Old examples and losses count as much as new ones. */
  WITHOUT_FORGETTING("hydra-without-forgetting"),
  HYDRA("hydra");

  private final String id;

  Variant(String id) {
    this.id = id;
  }

  String id() {
    return id;
  }
}
