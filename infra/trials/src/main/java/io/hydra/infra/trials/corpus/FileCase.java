package io.hydra.infra.trials.corpus;

/**
 * A file for {@code load}.
 *
 * @param fileName decides whether it is taken for packed
 * @param good events in it
 * @param bad entries that are named and left out
 * @param readable false: the file as a whole is refused
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record FileCase(
    String name, Kind kind, String fileName, byte[] content, int good, int bad, boolean readable) {
  /** What kind of file. */
  public enum Kind {
    LINES,
    /** Questions of a split; {@link FileCases#lampOutputs} is the other half. */
    LAMP
  }
}
