package io.hydra.infra.topic;

/**
 * Something that a cluster has otherwise than the contract wants it, or does not have.
 *
 * @param subject topic or registry subject
 * @param trouble what is the matter
 * @param remedy what to do; nothing that is there is changed by this program
 */
public record Difference(String subject, String trouble, String remedy) {
  /** On one line. */
  @Override
  public String toString() {
    return "%s %s: %s".formatted(subject, trouble, remedy);
  }
}
