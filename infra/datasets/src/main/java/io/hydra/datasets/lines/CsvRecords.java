package io.hydra.datasets.lines;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import io.hydra.datasets.lines.TextLines.LineException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads CSV by RFC 4180: a header, then a record a line; a quoted value may hold commas, doubled
 * quotes and line ends. An empty value is one that is left out.
 *
 * <p>Lines are put together into a record here, as long as a quote is open, and each record is
 * parsed alone. So a malformed one is refused alone, under its line, and none is held that is
 * longer than a line may be.
 */
final class CsvRecords {
  /** A record that the parser ends before its text does would lose what follows. */
  private static final ObjectReader ROW =
      new CsvMapper()
          .readerFor(String[].class)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final int MOST_SHOWN = 100;

  private final CsvColumns columns;
  private final List<String> required;

  /** Name of the field in each column; null before the header was read. */
  private List<String> fields;

  /**
   * @param required fields that every record must have
   */
  CsvRecords(CsvColumns columns, List<String> required) {
    this.columns = columns;
    this.required = required;
  }

  /**
   * The record that begins with the current line.
   *
   * @return empty for the header and for a blank line
   * @throws EventFileException if the header names no columns that can be used
   */
  Optional<ObjectNode> read(TextLines lines) throws LineException, IOException {
    if (fields == null) {
      readHeader(lines);
      return Optional.empty();
    }
    String text = join(lines);
    if (text.isBlank()) {
      return Optional.empty();
    }
    String[] values = parse(text);
    if (values.length != fields.size()) {
      throw new LineException(
          "has %d values, the header names %d columns: quote values that hold commas or quotes"
              .formatted(values.length, fields.size()));
    }
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < values.length; i++) {
      if (!values[i].isEmpty()) {
        record.put(fields.get(i), values[i]);
      }
    }
    return Optional.of(record);
  }

  private static String join(TextLines lines) throws LineException, IOException {
    String line = lines.text();
    boolean isOpen = leavesQuoteOpen(line, false);
    if (!isOpen) {
      return line;
    }
    StringBuilder record = new StringBuilder(line);
    while (isOpen) {
      if (record.length() > TextLines.MAX_LINE_BYTES || !lines.next()) {
        throw new LineException("a quote is not closed");
      }
      line = lines.text();
      record.append('\n').append(line);
      isOpen = leavesQuoteOpen(line, true);
    }
    return record.toString();
  }

  /**
   * Tells whether a quote is open behind a line. As for the parser, one opens only as the first
   * character of a value, and any other is text.
   *
   * @param open whether one is open before it
   */
  private static boolean leavesQuoteOpen(String line, boolean open) {
    boolean valueBegins = !open;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (!open) {
        open = valueBegins && c == '"';
        valueBegins = c == ',';
      } else if (c == '"') {
        // A doubled one is a quote in the value.
        boolean doubled = line.startsWith("\"", i + 1);
        open = doubled;
        i += doubled ? 1 : 0;
      }
    }
    return open;
  }

  private static String[] parse(String record) throws LineException {
    try {
      return ROW.readValue(record);
    } catch (JsonProcessingException e) {
      // The parser's own message quotes the line, so it is not passed on.
      throw new LineException("not valid CSV: quote values that hold commas or quotes");
    }
  }

  /** A line that cannot be the header is no row either: the next would be taken for the header. */
  private void readHeader(TextLines lines) throws IOException {
    try {
      String text = join(lines);
      if (!text.isBlank()) {
        fields = fields(List.of(parse(text)));
      }
    } catch (LineException e) {
      throw new EventFileException("its first line is no header of CSV: " + e.getMessage(), e);
    }
  }

  private List<String> fields(List<String> header) {
    List<String> names = new ArrayList<>(header);
    if (new HashSet<>(names).size() < names.size()) {
      throw new EventFileException("the header names a column twice: rename one of them");
    }
    for (Map.Entry<String, String> named : columns.byField().entrySet()) {
      int column = header.indexOf(named.getValue());
      if (column < 0) {
        throw new EventFileException(
            "there is no column %s for %s; the header names %s"
                .formatted(named.getValue(), named.getKey(), shown(header)));
      }
      // A column of the field's own name is another thing then.
      int namesake = names.indexOf(named.getKey());
      if (namesake >= 0 && namesake != column) {
        names.set(namesake, "column " + namesake);
      }
      names.set(column, named.getKey());
    }
    List<String> missing = required.stream().filter(field -> !names.contains(field)).toList();
    if (!missing.isEmpty()) {
      throw new EventFileException(
          "there is no column for %s; the header names %s: say which is which, hydra load by --columns %s=COLUMN"
              .formatted(String.join(", ", missing), shown(header), missing.get(0)));
    }
    return names;
  }

  /** Cut: without a header this is a record, of a user's texts. */
  private static String shown(List<String> header) {
    String names = String.join(", ", header).replaceAll("\\p{Cntrl}", " ");
    return names.length() > MOST_SHOWN ? names.substring(0, MOST_SHOWN) + "…" : names;
  }
}
