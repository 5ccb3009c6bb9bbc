package io.hydra.model.worth;

import java.util.List;
import java.util.stream.Stream;

/** Cohorts of answers by how many events their users had told by then. */
public enum HistoryLength {
  ALL("all", Long.MAX_VALUE),
  NONE("no", 0),
  FEW("1 to 5", 5),
  SOME("6 to 20", 20),
  MANY("21 and more", Long.MAX_VALUE);

  private final String words;
  private final long most;

  HistoryLength(String words, long most) {
    this.words = words;
    this.most = most;
  }

  /** The number of events, to be followed by what they are; {@code all} for everybody. */
  public String words() {
    return words;
  }

  /** The two cohorts that an answer belongs to, from a history of this version. */
  public static List<HistoryLength> of(long version) {
    HistoryLength own =
        Stream.of(NONE, FEW, SOME, MANY)
            .filter(length -> version <= length.most)
            .findFirst()
            .orElseThrow();
    return List.of(ALL, own);
  }
}
