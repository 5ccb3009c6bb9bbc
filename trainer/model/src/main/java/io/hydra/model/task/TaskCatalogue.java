package io.hydra.model.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.hydra.schemas.user.EventRules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The tasks that this system answers, by id. */
public final class TaskCatalogue {
  private static final String SHIPPED = "tasks.yaml";
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final Map<String, TaskSpec> tasks;

  private record Document(List<TaskSpec> tasks) {}

  private TaskCatalogue(Map<String, TaskSpec> tasks) {
    this.tasks = Collections.unmodifiableMap(tasks);
  }

  /** The tasks that ship with the project. */
  public static TaskCatalogue shipped() {
    try (InputStream in = TaskCatalogue.class.getResourceAsStream(SHIPPED)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), SHIPPED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param yaml a document with a list {@code tasks}
   * @param name of the file, for errors
   * @throws TaskCatalogueException naming every problem at once
   */
  public static TaskCatalogue parse(String yaml, String name) {
    Document document;
    try {
      document = YAML.readValue(yaml, Document.class);
    } catch (UnrecognizedPropertyException e) {
      throw new TaskCatalogueException(
          "%s, %s: unknown key; known are %s"
              .formatted(name, path(e), new TreeSet<>(stringsOf(e.getKnownPropertyIds()))),
          e);
    } catch (JsonMappingException e) {
      throw new TaskCatalogueException(
          "%s, %s: %s".formatted(name, path(e), e.getOriginalMessage()), e);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new TaskCatalogueException(
          "%s, line %d: %s".formatted(name, line, e.getOriginalMessage()), e);
    }
    if (document == null || document.tasks() == null || document.tasks().isEmpty()) {
      throw new TaskCatalogueException(name + ": needs a list \"tasks\" with at least one task");
    }
    List<String> problems = new ArrayList<>();
    Map<String, TaskSpec> tasks = new LinkedHashMap<>();
    for (TaskSpec task : document.tasks()) {
      problems(task).forEach(p -> problems.add("%s, task %s: %s".formatted(name, task.id(), p)));
      if (tasks.put(task.id(), task) != null) {
        problems.add("%s, task %s: stands there twice".formatted(name, task.id()));
      }
    }
    if (!problems.isEmpty()) {
      throw new TaskCatalogueException(String.join("\n", problems));
    }
    return new TaskCatalogue(tasks);
  }

  public Optional<TaskSpec> find(String id) {
    return Optional.ofNullable(tasks.get(id));
  }

  public Collection<TaskSpec> all() {
    return tasks.values();
  }

  public Set<String> ids() {
    return tasks.keySet();
  }

  private static List<String> problems(TaskSpec task) {
    List<String> problems = new ArrayList<>();
    if (task.id() == null || !EventRules.isTaskId(task.id())) {
      problems.add("id must be 1 to 64 letters, digits, '.', '_' or '-'");
    }
    if (task.instruction() == null || task.instruction().isBlank()) {
      problems.add("instruction must say what the LLM shall do");
    }
    if (task.metric() == null) {
      problems.add("metric must be ACCURACY, MAE, MSE or ROUGE");
    }
    if (new HashSet<>(task.options()).size() != task.options().size()) {
      problems.add("options must differ from each other");
    }
    if (task.options().size() == 1) {
      problems.add("options needs at least two, or none for open text");
    }
    if (task.isClosed() == (task.metric() == Metric.ROUGE)) {
      problems.add("metric ROUGE goes with open text, ACCURACY, MAE and MSE with options");
    }
    if (task.isOrdinal() && !areRising(task.options())) {
      problems.add("metric " + task.metric() + " needs options that are rising numbers");
    }
    if (!(task.margin() >= 0 && task.margin() < 1)) {
      problems.add("margin must be at least 0 and below 1");
    }
    if (task.used() < 1 || task.retrieved() < task.used()) {
      problems.add("used must be at least 1 and retrieved at least used");
    }
    if (task.candidates() < 1 || task.maxTokens() < 1) {
      problems.add("candidates and maxTokens must be at least 1");
    }
    if (!(task.temperature() >= 0 && task.temperature() <= 2)) {
      problems.add("temperature must be between 0 and 2");
    }
    return problems;
  }

  /** For instance {@code tasks[0].metric}. */
  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }

  private static List<String> stringsOf(Collection<?> values) {
    return values.stream().map(String::valueOf).toList();
  }

  private static boolean areRising(List<String> options) {
    double last = Double.NEGATIVE_INFINITY;
    try {
      for (String option : options) {
        double value = Double.parseDouble(option);
        if (!Double.isFinite(value) || value <= last) {
          return false;
        }
        last = value;
      }
    } catch (NumberFormatException e) {
      return false;
    }
    return true;
  }
}
