package io.hydra.trainer.head;

import static java.util.stream.Collectors.toMap;

import io.hydra.trainer.evidence.EvidenceRules;
import io.hydra.trainer.evidence.EvidenceStore;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Has each record about a user handled by its topic's processor, one at a time: they share what is
 * remembered of the users' evidence. Removes outdated evidence, a few rows for each second of the
 * stream's time.
 */
final class UserProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private static final Duration PURGE_INTERVAL = Duration.ofSeconds(1);

  /** About a millisecond; a million rows are gone through in an hour. */
  private static final int PURGED_ROWS = 256;

  private final EvidenceRules rules;
  private final long memoryBytes;
  private final HistoryReader histories;
  private final TrainerMetrics metrics;
  private final Map<String, HeadsProcessor<?>> byTopic;
  private ProcessorContext<byte[], byte[]> context;

  /** Null while there is no task. */
  private Cancellable purging;

  /**
   * @param memoryBytes for evidence that was read
   * @param histories that the thread may have read ahead
   */
  UserProcessor(
      EvidenceRules rules,
      long memoryBytes,
      HistoryReader histories,
      TrainerMetrics metrics,
      HeadsProcessor<?>... processors) {
    this.rules = rules;
    this.memoryBytes = memoryBytes;
    this.histories = histories;
    this.metrics = metrics;
    this.byTopic =
        Stream.of(processors)
            .collect(toMap(processor -> processor.source().topicName(), Function.identity()));
  }

  /** Also called after a failure, when the stores have gone back to what was committed. */
  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    stopPurging();
    this.context = context;
    EvidenceStore evidence =
        new EvidenceStore(context.getStateStore(HeadsTopology.EVIDENCE_STORE), rules, memoryBytes);
    byTopic.values().forEach(processor -> processor.init(context, evidence));
    purging =
        context.schedule(
            PURGE_INTERVAL,
            PunctuationType.STREAM_TIME,
            streamTime ->
                metrics.evidencePurged.increment(evidence.purge(PURGED_ROWS, streamTime)));
  }

  @Override
  public void close() {
    stopPurging();
    histories.forgetAll();
  }

  /** A task that begins again would go on with it, and with the evidence remembered before. */
  private void stopPurging() {
    if (purging != null) {
      purging.cancel();
      purging = null;
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    byTopic.get(context.recordMetadata().orElseThrow().topic()).process(record);
  }
}
