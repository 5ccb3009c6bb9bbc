package io.hydra.ingest.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.NullNode;
import io.hydra.runtime.text.Spelling;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The fields of one JSON object, each read by its name and type. What is missing, of another type
 * or unknown is refused under its full name. A field that is null counts as left out.
 */
public final class Fields {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,31}");

  private final JsonNode object;
  private final String prefix;
  private final Set<String> read = new HashSet<>();

  private Fields(JsonNode object, String prefix) {
    this.object = object;
    this.prefix = prefix;
  }

  /**
   * @throws Refusal if the value is not an object
   */
  public static Fields of(JsonNode value) {
    if (!value.isObject()) {
      throw Refusal.of(
          ProblemType.INVALID, "it must be a JSON object, and is %s".formatted(kind(value)));
    }
    return new Fields(value, "");
  }

  public boolean has(String name) {
    return !node(name).isNull();
  }

  /** A text that must be there. */
  public String text(String name) {
    return required(name, textOrNull(name));
  }

  /** Null if it is left out. */
  public String textOrNull(String name) {
    JsonNode value = typed(name, JsonNode::isTextual, "a string");
    return value == null ? null : value.textValue();
  }

  /** Texts in an array; null if it is left out. */
  public List<String> textsOrNull(String name) {
    JsonNode array = typed(name, JsonNode::isArray, "an array");
    if (array == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array) {
      if (!element.isTextual()) {
        throw invalid(name, "must hold strings, and holds %s".formatted(kind(element)));
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  public Integer integerOrNull(String name) {
    JsonNode value =
        typed(name, v -> v.isIntegralNumber() && v.canConvertToInt(), "a whole number of 32 bits");
    return value == null ? null : (Integer) value.intValue();
  }

  public Long longOrNull(String name) {
    JsonNode value =
        typed(name, v -> v.isIntegralNumber() && v.canConvertToLong(), "a whole number of 64 bits");
    return value == null ? null : (Long) value.longValue();
  }

  public Double numberOrNull(String name) {
    JsonNode value = typed(name, JsonNode::isNumber, "a number");
    return value == null ? null : (Double) value.doubleValue();
  }

  public Boolean booleanOrNull(String name) {
    JsonNode value = typed(name, JsonNode::isBoolean, "true or false");
    return value == null ? null : (Boolean) value.booleanValue();
  }

  /** A time as ISO 8601 with an offset, or in milliseconds since 1970. */
  public Instant timeOrNull(String name) {
    JsonNode value =
        typed(
            name,
            v -> v.isTextual() || (v.isIntegralNumber() && v.canConvertToLong()),
            "a time: ISO 8601 with its offset, or milliseconds since 1970");
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      return Instant.ofEpochMilli(value.longValue());
    }
    try {
      return time(value.textValue());
    } catch (DateTimeException e) {
      throw invalid(name, ruleOfTime(value.textValue()) + ", or send milliseconds since 1970");
    }
  }

  /**
   * @throws DateTimeException if it is not ISO 8601 with an offset, or not within the milliseconds
   *     that 64 bits count
   */
  public static Instant time(String text) {
    try {
      return Instant.ofEpochMilli(OffsetDateTime.parse(text).toInstant().toEpochMilli());
    } catch (ArithmeticException e) {
      throw new DateTimeException("too far away", e);
    }
  }

  /** The rule broken by a text that is not a time. */
  public static String ruleOfTime(String text) {
    try {
      var unused = LocalDateTime.parse(text);
      return "lacks its offset: end it with Z, or with one such as +01:00";
    } catch (DateTimeException e) {
      return "must be a time such as 2026-01-31T10:00:00Z";
    }
  }

  /** One of an enum's names, in any case. */
  public <E extends Enum<E>> E oneOfOrNull(String name, Class<E> type, E except) {
    String text = textOrNull(name);
    if (text == null) {
      return null;
    }
    StringBuilder all = new StringBuilder();
    for (E value : type.getEnumConstants()) {
      if (value != except) {
        if (value.name().equals(text.toUpperCase(Locale.ROOT))) {
          return value;
        }
        all.append(all.isEmpty() ? "" : ", ").append(value.name().toLowerCase(Locale.ROOT));
      }
    }
    throw invalid(name, "must be one of " + all);
  }

  /** The fields of an object inside; null if it is left out. */
  public Fields objectOrNull(String name) {
    JsonNode value = typed(name, JsonNode::isObject, "a JSON object");
    return value == null ? null : new Fields(value, prefix + name + ".");
  }

  /** The value as it is; null if it is left out. */
  public JsonNode valueOrNull(String name) {
    JsonNode value = node(name);
    return value.isNull() ? null : value;
  }

  /** Refuses a field that nobody has asked for: its sender means it to count. */
  public void refuseOthers() {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!read.contains(name)) {
        String known = String.join(", ", read.stream().sorted().toList());
        throw isName(name)
            ? invalid(name, "is not known here, only " + known)
            : Refusal.invalid(
                null, prefix + "… has a field that is not known, and only these are: " + known);
      }
    }
  }

  /** A name as programs give them can be repeated; anything else may be a user's text. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** Another spelling of a missing field, by which its sender may have meant it. */
  private Optional<String> misspelled(String name) {
    String wanted = letters(name);
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String given = names.next();
      String letters = letters(given);
      if (!read.contains(given)
          && isName(given)
          && (letters.startsWith(wanted)
              || wanted.startsWith(letters)
              || Spelling.isNear(letters, wanted))) {
        return Optional.of(given);
      }
    }
    return Optional.empty();
  }

  private static String letters(String name) {
    return name.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
  }

  /** Refuses a field. */
  public Refusal invalid(String name, String rule) {
    return Refusal.invalid(prefix + name, prefix + name + " " + rule);
  }

  private <T> T required(String name, T value) {
    if (value == null) {
      throw invalid(
          name,
          "must be given"
              + misspelled(name)
                  .map(given -> "; %s is not known here".formatted(given))
                  .orElse(""));
    }
    return value;
  }

  private JsonNode typed(String name, Predicate<JsonNode> isRight, String type) {
    JsonNode value = node(name);
    if (value.isNull()) {
      return null;
    }
    if (!isRight.test(value)) {
      throw invalid(name, "must be %s, and is %s".formatted(type, other(type, value)));
    }
    return value;
  }

  private JsonNode node(String name) {
    read.add(name);
    JsonNode value = object.get(name);
    return value == null ? NullNode.instance : value;
  }

  /** A number that is none of the wanted kind is another one. */
  private static String other(String type, JsonNode value) {
    return value.isNumber() && type.endsWith("bits") ? "another number" : kind(value);
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case BOOLEAN -> "true or false";
      case NUMBER -> "a number";
      default -> value.getNodeType() == JsonNodeType.NULL ? "null" : "something else";
    };
  }
}
