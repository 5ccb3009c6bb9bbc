package io.hydra.schemas.registry;

import io.hydra.schemas.avro.BehaviorEvent;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Avro 1.12.2 instantiates only classes that it was told to trust, process-wide. The records of
 * this contract are added to whatever is trusted already.
 */
final class TrustedRecords {
  private static final String PACKAGE = BehaviorEvent.class.getPackageName();

  private TrustedRecords() {}

  /** Called once by each serde, before its first reader or writer is made. */
  static synchronized void add() {
    var before = ClassSecurityValidator.getGlobal();
    if (!before.isTrusted(BehaviorEvent.class)) {
      ClassSecurityValidator.setGlobal(
          ClassSecurityValidator.composite(before, type -> type.getPackageName().equals(PACKAGE)));
    }
  }
}
