package io.hydra.infra.bench;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One measured figure.
 *
 * @param target null for none
 * @param atLeast whether the target is the least value that meets it, or the greatest
 * @param met null without a target
 * @param note what is to be known with it; may be empty
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Figure(
    String name,
    double value,
    String unit,
    Double target,
    Boolean atLeast,
    Boolean met,
    String note) {
  static Figure of(String name, double value, String unit, String note) {
    return new Figure(name, value, unit, null, null, null, note);
  }

  static Figure atLeast(String name, double value, String unit, double target, String note) {
    return new Figure(name, value, unit, target, true, value >= target, note);
  }

  static Figure atMost(String name, double value, String unit, double target, String note) {
    return new Figure(name, value, unit, target, false, value <= target, note);
  }
}
