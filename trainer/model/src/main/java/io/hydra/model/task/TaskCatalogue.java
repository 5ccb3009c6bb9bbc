package io.hydra.model.task;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The tasks that this system answers, by id. */
public final class TaskCatalogue {
  private static final String SHIPPED = "tasks.yaml";
  private static final ObjectMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .disable(YAMLGenerator.Feature.SPLIT_LINES)
                  .build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          // They are told together with all other problems.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** Said where a value is not of the type that its key has. */
  private static final Map<Class<?>, String> WANTED =
      Map.of(
          Metric.class, "must be one of " + TaskRules.METRICS,
          Integer.class, "must be a whole number",
          Double.class, "must be a number",
          Boolean.class, "must be true or false",
          String.class, "must be a text",
          Document.class, "needs a list \"tasks\" with at least one task",
          TaskSpec.class, "must be a task: keys with values, such as id: my-task");

  /** For errors. */
  private final String name;

  private final Map<String, TaskSpec> tasks;

  private record Document(List<TaskSpec> tasks) {}

  private TaskCatalogue(String name, Map<String, TaskSpec> tasks) {
    this.name = name;
    this.tasks = Collections.unmodifiableMap(tasks);
  }

  /** The tasks that ship with the project. */
  public static TaskCatalogue shipped() {
    try (InputStream in = TaskCatalogue.class.getResourceAsStream(SHIPPED)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "hydra's own " + SHIPPED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * These tasks and those of a user's file.
   *
   * @throws UserException if the file is missing, or naming every problem at once, an id that is
   *     taken among them
   */
  public TaskCatalogue extend(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserException(file + ": no such file; name a YAML file of tasks");
    }
    try {
      return extend(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw new UserException("%s: cannot be read (%s)".formatted(file, e), e);
    }
  }

  /**
   * @param yaml a document with a list {@code tasks}
   * @param name of the file, for errors
   * @throws UserException naming every problem at once
   */
  public static TaskCatalogue parse(String yaml, String name) {
    return new TaskCatalogue(name, new LinkedHashMap<>()).extend(yaml, name);
  }

  /** As {@link #extend(Path)}, of a document. */
  TaskCatalogue extend(String yaml, String file) {
    List<String> problems = new ArrayList<>();
    Document document;
    try {
      JsonNode tree = YAML.readTree(yaml);
      unknownKeys(tree, Document.class, file + ", ", problems);
      for (int i = 0; i < tree.path("tasks").size(); i++) {
        String place = "%s, tasks[%d].".formatted(file, i);
        unknownKeys(tree.path("tasks").path(i), TaskSpec.class, place, problems);
      }
      document = YAML.readValue(yaml, Document.class);
    } catch (JsonMappingException e) {
      String place = path(e).isEmpty() ? file : file + ", " + path(e);
      problems.add(place + ": " + reason(e));
      throw new UserException(String.join("\n", problems), e);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new UserException("%s, line %d: %s".formatted(file, line, e.getOriginalMessage()), e);
    }
    if (document == null || document.tasks() == null || document.tasks().isEmpty()) {
      problems.add(file + ": needs a list \"tasks\" with at least one task");
      throw new UserException(String.join("\n", problems));
    }
    Map<String, TaskSpec> all = new LinkedHashMap<>(tasks);
    for (int i = 0; i < document.tasks().size(); i++) {
      TaskSpec task = document.tasks().get(i);
      if (task == null) {
        problems.add("%s, tasks[%d]: is empty; remove its dash or fill it in".formatted(file, i));
        continue;
      }
      String place = task.id() == null ? "tasks[" + i + "]" : "task " + task.id();
      TaskRules.problems(task).forEach(p -> problems.add("%s, %s: %s".formatted(file, place, p)));
      if (tasks.containsKey(task.id())) {
        problems.add("%s, %s: stands in %s too; give it another id".formatted(file, place, name));
      } else if (all.put(task.id(), task) != null) {
        problems.add("%s, %s: stands there twice".formatted(file, place));
      }
    }
    if (!problems.isEmpty()) {
      throw new UserException(String.join("\n", problems));
    }
    return new TaskCatalogue(name, all);
  }

  /** These tasks, and those of another whose ids are not among them. */
  public TaskCatalogue withMissingFrom(TaskCatalogue other) {
    Map<String, TaskSpec> all = new LinkedHashMap<>(tasks);
    other.tasks.forEach(all::putIfAbsent);
    return new TaskCatalogue(name, all);
  }

  private static void unknownKeys(
      JsonNode node, Class<?> type, String place, List<String> problems) {
    List<String> known =
        Stream.of(type.getRecordComponents()).map(RecordComponent::getName).sorted().toList();
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                problems.add(place + key + ": unknown key; known are " + known);
              }
            });
  }

  /** The document that {@link #parse} reads back, with every default written out. */
  public String toYaml() {
    try {
      return YAML.writeValueAsString(new Document(List.copyOf(all())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of plain values are always written", e);
    }
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

  private static String reason(JsonMappingException e) {
    if (e instanceof MismatchedInputException mismatched && mismatched.getTargetType() != null) {
      Class<?> wanted = mismatched.getTargetType();
      return Collection.class.isAssignableFrom(wanted)
          ? "must be a list"
          : WANTED.getOrDefault(wanted, e.getOriginalMessage());
    }
    return e.getOriginalMessage();
  }

  /** For instance {@code tasks[0].metric}. */
  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      path.append(
          step.getFieldName() == null
              ? "[" + step.getIndex() + "]"
              : (path.isEmpty() ? "" : ".") + step.getFieldName());
    }
    return path.toString();
  }
}
