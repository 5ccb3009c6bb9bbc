package io.hydra.trainer.head;

import io.hydra.trainer.evidence.EvidenceRules;
import io.hydra.trainer.evidence.EvidenceStore;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Removes outdated evidence, a few rows for each second of the stream's time. */
record EvidencePurge(EvidenceRules rules, TrainerMetrics metrics)
    implements Processor<byte[], byte[], Void, Void> {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** About a millisecond; a million rows are gone through in an hour. */
  private static final int ROWS = 256;

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    EvidenceStore store =
        new EvidenceStore(context.getStateStore(HeadsTopology.EVIDENCE_STORE), rules);
    var unused =
        context.schedule(
            INTERVAL,
            PunctuationType.STREAM_TIME,
            streamTime -> metrics.evidencePurged.increment(store.purge(ROWS, streamTime)));
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    // Only time matters here.
  }
}
