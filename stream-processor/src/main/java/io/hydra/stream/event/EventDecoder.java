package io.hydra.stream.event;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.runtime.retry.Retry;
import io.hydra.schemas.avro.Verdict;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import io.hydra.stream.metrics.HydraMetric;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Decodes and checks events. What changes a history goes on; a verdict leaves by a side output, at
 * once, since the trainer needs no history to learn from it; and so does what cannot be processed.
 * While the registry is away the task waits, and so the source does.
 */
public final class EventDecoder extends ProcessFunction<RawRecord, UserEvent> {
  private static final long serialVersionUID = 1L;

  /** Side output of rejected records. */
  public static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("dead-letters", TypeInformation.of(DeadLetter.class));

  /** Side output of verdicts on responses. */
  public static final OutputTag<UserVerdict> VERDICTS =
      new OutputTag<>("verdicts", TypeInformation.of(UserVerdict.class));

  private final SerializableSupplier<SchemaRegistryClient> registry;
  private final SerializableSupplier<Retry> retries;
  private transient EventIntake intake;
  private transient Retry retry;
  private transient Counter events;
  private transient HydraMetric.Counters<Class<?>> rejected;
  private transient HydraMetric.Counters<Verdict> verdicts;

  /**
   * @param registry opens a client on the task that needs one
   */
  public EventDecoder(SerializableSupplier<SchemaRegistryClient> registry) {
    this(
        registry,
        () -> Retry.endless("the schema registry", e -> e instanceof RegistryUnavailableException));
  }

  EventDecoder(
      SerializableSupplier<SchemaRegistryClient> registry, SerializableSupplier<Retry> retries) {
    this.registry = registry;
    this.retries = retries;
  }

  @Override
  public void open(OpenContext context) {
    intake = new EventIntake(new RegistryDeserializer<>(registry.get(), Topic.EVENTS));
    retry = retries.get();
    MetricGroup group = getRuntimeContext().getMetricGroup();
    events = HydraMetric.EVENTS.counter(group);
    rejected =
        HydraMetric.REJECTED.counters(
            group,
            List.of(UndecodableRecordException.class, RejectedRecordException.class),
            Class::getSimpleName);
    verdicts =
        HydraMetric.VERDICTS.counters(
            group,
            Arrays.stream(Verdict.values()).filter(kind -> kind != Verdict.UNKNOWN).toList(),
            kind -> kind.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<UserEvent> out)
      throws InterruptedException {
    events.inc();
    UserEvent event;
    try {
      event = retry.call(() -> intake.accept(raw));
    } catch (RejectedRecordException e) {
      rejected.inc(e.getClass());
      context.output(DEAD_LETTERS, DeadLetter.of(raw, e));
      return;
    }
    if (event.verdict() != null) {
      verdicts.inc(event.verdict().verdict());
      context.output(VERDICTS, event.verdict());
    }
    if (event.changesHistory()) {
      out.collect(event);
    }
  }
}
