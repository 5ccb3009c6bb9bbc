package io.hydra.model.task;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.hydra.schemas.config.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
import java.util.TreeSet;

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
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  private final String name;
  private final Map<String, TaskSpec> tasks;

  private record Document(List<TaskEntry> tasks) {}

  private TaskCatalogue(String name, Map<String, TaskSpec> tasks) {
    this.name = name;
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
   * A user's own tasks.
   *
   * @throws UserException if the file is missing, or naming every problem at once
   */
  public static TaskCatalogue read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserException(file + ": no such file; name a YAML file of tasks");
    }
    try {
      return parse(Files.readString(file), file.toString());
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
    Document document;
    try {
      document = YAML.readValue(yaml, Document.class);
    } catch (JsonMappingException e) {
      String place = path(e).isEmpty() ? name : name + ", " + path(e);
      throw new UserException(place + ": " + reason(e), e);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new UserException("%s, line %d: %s".formatted(name, line, e.getOriginalMessage()), e);
    }
    if (document == null || document.tasks() == null || document.tasks().isEmpty()) {
      throw new UserException(name + ": needs a list \"tasks\" with at least one task");
    }
    List<String> problems = new ArrayList<>();
    Map<String, TaskSpec> tasks = new LinkedHashMap<>();
    for (int i = 0; i < document.tasks().size(); i++) {
      if (document.tasks().get(i) == null) {
        problems.add("%s, tasks[%d]: is empty; remove its dash or fill it in".formatted(name, i));
        continue;
      }
      TaskSpec task = document.tasks().get(i).toSpec();
      String place = task.id() == null ? "tasks[" + i + "]" : "task " + task.id();
      TaskRules.problems(task).forEach(p -> problems.add("%s, %s: %s".formatted(name, place, p)));
      if (tasks.put(task.id(), task) != null) {
        problems.add("%s, %s: stands there twice".formatted(name, place));
      }
    }
    if (!problems.isEmpty()) {
      throw new UserException(String.join("\n", problems));
    }
    return new TaskCatalogue(name, tasks);
  }

  /**
   * These tasks and others.
   *
   * @throws UserException if an id stands in both
   */
  public TaskCatalogue with(TaskCatalogue other) {
    Map<String, TaskSpec> union = new LinkedHashMap<>(tasks);
    List<String> problems = new ArrayList<>();
    for (TaskSpec task : other.all()) {
      if (union.put(task.id(), task) != null) {
        problems.add(
            "%s, task %s: stands in %s too; give it another id"
                .formatted(other.name, task.id(), name));
      }
    }
    if (!problems.isEmpty()) {
      throw new UserException(String.join("\n", problems));
    }
    return new TaskCatalogue(name + " and " + other.name, union);
  }

  /** The document that {@link #parse} reads back, with every default written out. */
  public String toYaml() {
    try {
      return YAML.writeValueAsString(new Document(all().stream().map(TaskEntry::of).toList()));
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
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "unknown key; known are " + new TreeSet<>(stringsOf(unknown.getKnownPropertyIds()));
    }
    if (e instanceof MismatchedInputException mismatched && mismatched.getTargetType() != null) {
      Class<?> wanted = mismatched.getTargetType();
      if (wanted == Metric.class) {
        return "must be one of " + TaskRules.METRICS;
      } else if (wanted == Integer.class || wanted == int.class) {
        return "must be a whole number";
      } else if (wanted == Double.class || wanted == double.class) {
        return "must be a number";
      } else if (wanted == Boolean.class) {
        return "must be true or false";
      } else if (wanted == String.class) {
        return "must be a text";
      } else if (Collection.class.isAssignableFrom(wanted)) {
        return "must be a list";
      } else if (wanted == Document.class) {
        return "needs a list \"tasks\" with at least one task";
      } else if (wanted == TaskEntry.class) {
        return "must be a task: keys with values, such as id: my-task";
      }
    }
    return e.getOriginalMessage();
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

  /** A task as a file states it; what is left out has a default. Null where it says nothing. */
  record TaskEntry(
      String id,
      String instruction,
      List<String> options,
      Metric metric,
      Integer retrieved,
      Integer used,
      Integer candidates,
      Double temperature,
      Integer maxTokens,
      Boolean rerank,
      Double margin) {
    private static final int RETRIEVED = 10;
    private static final int USED = 4;
    private static final int CANDIDATES = 8;
    private static final double TEMPERATURE = 1;
    private static final int MAX_TOKENS = 64;

    static TaskEntry of(TaskSpec task) {
      return new TaskEntry(
          task.id(),
          task.instruction(),
          task.options(),
          task.metric(),
          task.retrieved(),
          task.used(),
          task.candidates(),
          task.temperature(),
          task.maxTokens(),
          task.rerank(),
          task.margin());
    }

    TaskSpec toSpec() {
      return new TaskSpec(
          id,
          instruction == null ? null : instruction.strip(),
          options == null ? null : options.stream().map(TaskEntry::oneLine).toList(),
          metric,
          or(retrieved, RETRIEVED),
          or(used, USED),
          or(candidates, CANDIDATES),
          or(temperature, TEMPERATURE),
          or(maxTokens, MAX_TOKENS),
          rerank,
          or(margin, 0));
    }

    private static String oneLine(String option) {
      return option == null ? "" : option.strip().replaceAll("\\s+", " ");
    }

    private static int or(Integer value, int otherwise) {
      return value == null ? otherwise : value;
    }

    private static double or(Double value, double otherwise) {
      return value == null ? otherwise : value;
    }
  }
}
