package io.hydra.stream.trigger;

import io.hydra.schemas.avro.TriggerReason;
import io.hydra.stream.metrics.HydraMetric;
import io.hydra.stream.writer.HistoryVersion;
import io.hydra.stream.writer.HistoryVersion.ErasedUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Requests head updates, keyed by {@code tenant:user}, one state for each task of the user.
 *
 * <p>State is dropped after {@link TriggerSettings#forgetAfter}, so that it is bounded by the users
 * of that time. <b>Without such a limit it grows with the number of users ever seen</b>, as their
 * histories in Redis do. Lost state is harmless: see {@link TriggerPolicy}.
 */
public final class HeadTrigger extends KeyedProcessFunction<String, HistoryVersion, HeadRequest> {
  private static final long serialVersionUID = 1L;

  /** Side output of users that were erased: what is known of them here is gone by then. */
  public static final OutputTag<ErasedUser> ERASURES =
      new OutputTag<>("erasures", TypeInformation.of(ErasedUser.class));

  private final TriggerSettings settings;
  private transient TriggerPolicy policy;
  private transient MapState<String, TriggerState> states;
  private transient HydraMetric.Counters<TriggerReason> requests;

  public HeadTrigger(TriggerSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open(OpenContext context) {
    policy = new TriggerPolicy(settings);
    MapStateDescriptor<String, TriggerState> descriptor =
        new MapStateDescriptor<>("triggers", Types.STRING, TypeInformation.of(TriggerState.class));
    if (!settings.forgetAfter().isZero()) {
      descriptor.enableTimeToLive(timeToLive());
    }
    states = getRuntimeContext().getMapState(descriptor);
    requests =
        HydraMetric.HEAD_REQUESTS.counters(
            getRuntimeContext().getMetricGroup(),
            List.of(TriggerReason.COUNT, TriggerReason.DELAY, TriggerReason.REBUILT),
            reason -> reason.name().toLowerCase(Locale.ROOT));
  }

  private StateTtlConfig timeToLive() {
    // What waits for its moment is not forgotten before that.
    return StateTtlConfig.newBuilder(settings.forgetAfter().plus(settings.longestWait()))
        .updateTtlOnCreateAndWrite()
        .neverReturnExpired()
        .build();
  }

  @Override
  public void processElement(HistoryVersion history, Context context, Collector<HeadRequest> out)
      throws Exception {
    if (history.erased() != null) {
      states.clear();
      context.output(ERASURES, history.erased());
      return;
    }
    TriggerState known = states.get(history.task());
    TriggerState before = known == null ? TriggerState.INITIAL : known;
    long now = context.timerService().currentProcessingTime();
    TriggerState state = policy.observe(before, history, now);
    if (!state.pending()) {
      return;
    }
    long dueAt = policy.dueAt(state, now);
    // Most events come while the user waits already, and the timer for that moment is set.
    if (dueAt > now && before.pending() && policy.dueAt(before, now) == dueAt) {
      states.put(history.task(), state);
    } else {
      requestOrWait(history.task(), state, now, context, out);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<HeadRequest> out)
      throws Exception {
    long now = Math.max(timestamp, context.timerService().currentProcessingTime());
    List<Map.Entry<String, TriggerState>> pending = new ArrayList<>();
    for (Map.Entry<String, TriggerState> entry : states.entries()) {
      if (entry.getValue().pending()) {
        pending.add(Map.entry(entry.getKey(), entry.getValue()));
      }
    }
    for (Map.Entry<String, TriggerState> entry : pending) {
      requestOrWait(entry.getKey(), entry.getValue(), now, context, out);
    }
  }

  private void requestOrWait(
      String task, TriggerState state, long now, Context context, Collector<HeadRequest> out)
      throws Exception {
    long dueAt = policy.dueAt(state, now);
    if (dueAt > now) {
      states.put(task, state);
      // A timer for the same moment is registered once; one that comes too early finds nothing due.
      context.timerService().registerProcessingTimeTimer(dueAt);
      return;
    }
    TriggerReason reason = policy.reason(state);
    out.collect(new HeadRequest(context.getCurrentKey(), task, state.seen(), reason, now));
    requests.inc(reason);
    states.put(task, policy.requested(state, now));
  }
}
