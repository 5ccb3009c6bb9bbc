package io.hydra.datasets.lines;

import java.util.Map;

/**
 * The columns of a CSV file in which an event's fields stand.
 *
 * @param byField name of a field, such as {@code user_id}, to the header of its column; a field
 *     that is not named has a column of its own name
 */
public record CsvColumns(Map<String, String> byField) {
  /** Every column is named as its field. */
  public static final CsvColumns SAME = new CsvColumns(Map.of());

  /**
   * @throws EventFileException if events do not have a field of that name
   */
  public CsvColumns {
    byField = Map.copyOf(byField);
    byField.keySet().stream()
        .filter(field -> !EventLines.FIELDS.contains(field))
        .findFirst()
        .ifPresent(
            field -> {
              throw new EventFileException(
                  "events have no field %s; they have %s"
                      .formatted(field, String.join(", ", EventLines.FIELDS)));
            });
  }
}
