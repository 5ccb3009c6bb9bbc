package io.hydra.datasets.lamp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The form of a task in LaMP's file layout. LaMP gives two tasks the name LaMP_2, so a task is told
 * by the fields of its profile items.
 */
public enum LampLayout {
  NEWS_CATEGORY("LaMP_2N", List.of("title", "text"), "category", "article: "),
  MOVIE_TAG("LaMP_2M", List.of("description"), "tag", "description: "),
  PRODUCT_RATING("LaMP_3", List.of("text"), "score", "review: "),
  NEWS_HEADLINE("LaMP_4", List.of("text"), "title", "article: "),
  PAPER_TITLE("LaMP_5", List.of("abstract"), "title", "paper: "),
  /** The sample that this project generates. */
  SAMPLE("sample", List.of("note"), "shelf", "note: ");

  private final String taskId;

  @SuppressWarnings("ImmutableEnumChecker") // Immutable lists of strings.
  private final List<String> inputFields;

  private final String outputField;
  private final String marker;

  LampLayout(String taskId, List<String> inputFields, String outputField, String marker) {
    this.taskId = taskId;
    this.inputFields = inputFields;
    this.outputField = outputField;
    this.marker = marker;
  }

  /** The layout whose fields an item has. */
  static Optional<LampLayout> of(Set<String> itemFields) {
    return Arrays.stream(values())
        .filter(l -> itemFields.contains(l.outputField) && itemFields.containsAll(l.inputFields))
        .findFirst();
  }

  /** The task's id in the task catalogue. */
  public String taskId() {
    return taskId;
  }

  public List<String> inputFields() {
    return inputFields;
  }

  public String outputField() {
    return outputField;
  }

  /** Ends the instruction and starts the text in a question's input. */
  public String marker() {
    return marker;
  }

  /** A question's input without LaMP's instruction: our own prompt brings its own. */
  String stripInstruction(String input) {
    int at = input.indexOf(marker);
    return at < 0 ? input : input.substring(at + marker.length());
  }
}
