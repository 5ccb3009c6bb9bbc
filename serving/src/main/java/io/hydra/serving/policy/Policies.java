package io.hydra.serving.policy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.hydra.schemas.config.Durations;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The policies of all tenants. A tenant's own policy is completed by the default one, and a task's
 * within it likewise; for a question, what its task says holds before what its tenant says.
 */
public final class Policies {
  /** Nobody is bounded by anything. */
  public static final Policies NONE = new Policies(Policy.NONE, Map.of());

  private static final int VERSION = 1;
  private static final String BEGINNING = "it must begin with version: " + VERSION;
  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .addModule(new SimpleModule().addDeserializer(Duration.class, new DurationReader()))
          .build();

  private final Policy defaults;
  private final Map<String, Policy> tenants;

  /** The file's content. */
  private record Document(Integer version, Policy defaults, Map<String, Policy> tenants) {}

  private static final class DurationReader extends StdDeserializer<Duration> {
    private static final long serialVersionUID = 1L;

    DurationReader() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      try {
        return Durations.parse(parser.getText());
      } catch (IllegalArgumentException e) {
        throw JsonMappingException.from(parser, e.getMessage());
      }
    }
  }

  private Policies(Policy defaults, Map<String, Policy> tenants) {
    this.defaults = defaults;
    this.tenants =
        tenants.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().or(defaults)));
  }

  /**
   * Reads the YAML document.
   *
   * @throws IllegalArgumentException naming every problem
   */
  public static Policies parse(String yaml) {
    Document document;
    try {
      document = YAML.readValue(yaml, Document.class);
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(
          e.getPath().isEmpty() ? BEGINNING : path(e) + ": " + reason(e), e);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new IllegalArgumentException("line %d: it is not YAML".formatted(line), e);
    }
    if (document == null || document.version() == null || document.version() != VERSION) {
      throw new IllegalArgumentException(BEGINNING);
    }
    Policy defaults = document.defaults() == null ? Policy.NONE : document.defaults();
    Map<String, Policy> tenants = document.tenants() == null ? Map.of() : document.tenants();
    List<String> problems = new ArrayList<>();
    check("defaults", defaults, problems);
    tenants.forEach(
        (tenant, policy) -> {
          if (policy == null) {
            problems.add("tenants." + tenant + ": is empty");
          } else {
            check("tenants." + tenant, policy, problems);
          }
        });
    requireNames("tenants", tenants, UserKey::isTenant, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new Policies(defaults, tenants);
  }

  private static void check(String place, Policy policy, List<String> problems) {
    policy.problems(false).forEach(p -> problems.add(place + "." + p));
    requireNames(place + ".tasks", policy.tasks(), EventRules::isTaskId, problems);
  }

  private static void requireNames(
      String place, Map<String, Policy> named, Predicate<String> rule, List<String> problems) {
    named.keySet().stream()
        .filter(rule.negate())
        .forEach(name -> problems.add("%s: nothing can be called '%s'".formatted(place, name)));
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(step -> step.getFieldName() == null ? "" + step.getIndex() : step.getFieldName())
        .collect(Collectors.joining("."));
  }

  private static String reason(JsonMappingException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "unknown key; known are "
          + unknown.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList();
    }
    if (e instanceof MismatchedInputException mismatched && mismatched.getTargetType() != null) {
      Class<?> wanted = mismatched.getTargetType();
      return Number.class.isAssignableFrom(wanted)
          ? "must be a whole number"
          : List.class.isAssignableFrom(wanted)
              ? "must be a list"
              : "must hold keys with values, as tokensPerDay: 1000000";
    }
    return e.getOriginalMessage();
  }

  /** The policy of a tenant, for all its tasks together. */
  public Policy of(String tenant) {
    return tenants.getOrDefault(tenant, defaults);
  }

  /** The policy within a task of a tenant, which holds beside the tenant's. */
  Policy within(String tenant, String task) {
    Policy usual = defaults.tasks().getOrDefault(task, Policy.NONE);
    Policy own = tenants.getOrDefault(tenant, Policy.NONE).tasks().get(task);
    return own == null ? usual : own.or(usual);
  }

  /** The policy for a question but for its limits, which hold for task and tenant alike. */
  public Policy of(String tenant, String task) {
    Policy within = within(tenant, task);
    return within == Policy.NONE ? of(tenant) : within.or(of(tenant));
  }
}
