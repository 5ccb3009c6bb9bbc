package io.hydra.ingest.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.time.Instant;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * JSON from strangers: strictly UTF-8, without duplicate names, bounded in depth and in number of
 * values, since a tree takes many times the bytes that it was read from.
 */
public final class Json {
  public static final int MAX_DEPTH = 64;
  public static final int MAX_TOKENS = 50_000;
  private static final int MAX_NAME = 256;
  private static final int MAX_DIGITS = 64;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_TOKENS)
                          .maxNameLength(MAX_NAME)
                          .maxNumberLength(MAX_DIGITS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // Names come from strangers and would stay.
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  /**
   * Reads one value.
   *
   * @throws Refusal if it is none; the message quotes nothing of it
   */
  public static JsonNode parse(String text) {
    JsonNode read;
    try {
      read = MAPPER.readTree(text);
    } catch (StreamConstraintsException e) {
      throw Refusal.of(
          ProblemType.MALFORMED,
          "the JSON is nested deeper than %d, has more than %d values, or a name or number of more than %d characters"
              .formatted(MAX_DEPTH, MAX_TOKENS, MAX_NAME));
    } catch (JacksonException e) {
      throw Refusal.of(ProblemType.MALFORMED, describe(e));
    }
    if (read == null || read.isMissingNode()) {
      throw Refusal.of(ProblemType.MALFORMED, "the body is empty: send JSON");
    }
    return read;
  }

  private static String describe(JacksonException e) {
    String where =
        e.getLocation() == null
            ? ""
            : " at line %d, column %d"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    if (e instanceof JsonEOFException) {
      return "the JSON ends too early" + where;
    }
    boolean duplicate =
        e.getOriginalMessage() != null && e.getOriginalMessage().startsWith("Duplicate field");
    return (duplicate ? "the JSON has a name twice in one object" : "the body is not JSON") + where;
  }

  /**
   * The text of a body.
   *
   * @throws Refusal if it is not UTF-8
   */
  public static String utf8(byte[] body) {
    try {
      return UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(body))
          .toString();
    } catch (CharacterCodingException e) {
      throw Refusal.of(ProblemType.MALFORMED, "the body is not UTF-8: encode it so");
    }
  }

  /** A text without the byte order mark that Windows' editors put before it. */
  public static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  public static byte[] write(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JacksonException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A record of the contract, its names those of the Avro schema; times are ISO 8601. */
  public static ObjectNode of(SpecificRecord record) {
    ObjectNode json = object();
    for (Schema.Field field : record.getSchema().getFields()) {
      json.set(field.name(), value(record.get(field.pos())));
    }
    return json;
  }

  private static JsonNode value(Object value) {
    if (value instanceof SpecificRecord record) {
      return of(record);
    }
    if (value instanceof List<?> list) {
      return array().addAll(list.stream().map(Json::value).toList());
    }
    if (value instanceof Double number) {
      // By the mapper, which keeps strangers' numbers exactly, 30 would be written 3E+1.
      return Double.isFinite(number)
          ? DecimalNode.valueOf(BigDecimal.valueOf(number))
          : JsonNodeFactory.instance.numberNode(number);
    }
    boolean isWord = value instanceof Enum || value instanceof Instant;
    return MAPPER.valueToTree(isWord ? value.toString() : value);
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }
}
