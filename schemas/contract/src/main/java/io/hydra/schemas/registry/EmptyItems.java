package io.hydra.schemas.registry;

import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;

/** Finds arrays whose items take no bytes: six bytes could then stand for 2³¹ of them. */
final class EmptyItems {
  private final Set<String> seen = new HashSet<>();

  private EmptyItems() {}

  /**
   * Tells whether some array of the schema has items that take no bytes. A map's items have keys.
   */
  static boolean in(Schema schema) {
    return new EmptyItems().find(schema);
  }

  private boolean find(Schema schema) {
    return switch (schema.getType()) {
      case ARRAY ->
          isEmpty(schema.getElementType(), new HashSet<>()) || find(schema.getElementType());
      case MAP -> find(schema.getValueType());
      case UNION -> schema.getTypes().stream().anyMatch(this::find);
      case RECORD ->
          seen.add(schema.getFullName())
              && schema.getFields().stream().anyMatch(field -> find(field.schema()));
      default -> false;
    };
  }

  private static boolean isEmpty(Schema schema, Set<String> within) {
    return switch (schema.getType()) {
      case NULL -> true;
      case FIXED -> schema.getFixedSize() == 0;
      case RECORD ->
          within.add(schema.getFullName())
              && schema.getFields().stream().allMatch(field -> isEmpty(field.schema(), within));
      default -> false;
    };
  }
}
