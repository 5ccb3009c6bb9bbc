package io.hydra.stream.event;

import io.hydra.runtime.retry.Retry;
import io.hydra.schemas.deadletter.RejectedRecordException;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.registry.RegistryUnavailableException;
import io.hydra.schemas.registry.UndecodableRecordException;
import io.hydra.schemas.topic.Topic;
import io.hydra.stream.metrics.CounterFamily;
import io.hydra.stream.metrics.HydraMetric;
import io.hydra.stream.metrics.HydraMetrics;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Decodes and checks events. What cannot be processed leaves by the side output; while the registry
 * is away the task waits, and so the source does.
 */
public final class EventDecoder extends ProcessFunction<RawRecord, UserEvent> {
  private static final long serialVersionUID = 1L;

  /** Side output of rejected records. */
  public static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("dead-letters", TypeInformation.of(DeadLetter.class));

  private final RegistryFactory registry;
  private final RetryFactory retries;
  private transient EventIntake intake;
  private transient Retry retry;
  private transient Counter events;
  private transient CounterFamily<Class<?>> rejected;

  public EventDecoder(RegistryFactory registry) {
    this(
        registry,
        () -> Retry.endless("the schema registry", e -> e instanceof RegistryUnavailableException));
  }

  /**
   * @param retries makes what waits for the registry
   */
  EventDecoder(RegistryFactory registry, RetryFactory retries) {
    this.registry = registry;
    this.retries = retries;
  }

  /** Makes a retry on the task that needs one. */
  interface RetryFactory extends Serializable {
    Retry make();
  }

  @Override
  public void open(OpenContext context) {
    intake = new EventIntake(new RegistryDeserializer<>(registry.open(), Topic.EVENTS));
    retry = retries.make();
    HydraMetrics metrics = new HydraMetrics(getRuntimeContext().getMetricGroup());
    events = metrics.counter(HydraMetric.EVENTS);
    rejected =
        metrics.counters(
            HydraMetric.REJECTED,
            List.of(
                UndecodableRecordException.class,
                RejectedRecordException.class,
                UnsupportedEventException.class),
            Class::getSimpleName);
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<UserEvent> out)
      throws InterruptedException {
    events.inc();
    try {
      out.collect(retry.call(() -> intake.accept(raw)));
    } catch (RejectedRecordException e) {
      rejected.inc(e.getClass());
      context.output(DEAD_LETTERS, DeadLetter.of(raw, e));
    }
  }
}
