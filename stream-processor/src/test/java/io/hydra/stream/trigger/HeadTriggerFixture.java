package io.hydra.stream.trigger;

import io.hydra.schemas.avro.TriggerReason;
import io.hydra.stream.writer.HistoryVersion;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A trigger after 3 events or 400 ms, but at least 250 ms apart; it is 1000 ms after the epoch. */
abstract class HeadTriggerFixture {
  static final TriggerSettings SETTINGS =
      new TriggerSettings(3, Duration.ofMillis(400), Duration.ofMillis(250), Duration.ZERO);
  static final TriggerSettings FORGETFUL =
      new TriggerSettings(3, Duration.ofMillis(400), Duration.ofMillis(250), Duration.ofHours(1));
  static final long HOUR = 60 * 60 * 1000;
  static final String USER = "acme:ann";
  static final String TASK = "tags";

  KeyedOneInputStreamOperatorTestHarness<String, HistoryVersion, HeadRequest> harness;
  int read;

  static KeyedOneInputStreamOperatorTestHarness<String, HistoryVersion, HeadRequest> create(
      TriggerSettings settings) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new HeadTrigger(settings)),
        HistoryVersion::userKey,
        Types.STRING);
  }

  @BeforeEach
  void open() throws Exception {
    start(SETTINGS);
  }

  final void start(TriggerSettings settings) throws Exception {
    harness = create(settings);
    harness.open();
    now(1000);
  }

  final void now(long millis) throws Exception {
    harness.setStateTtlProcessingTime(millis);
    harness.setProcessingTime(millis);
  }

  final void restart(TriggerSettings settings) throws Exception {
    OperatorSubtaskState checkpoint = harness.snapshot(1, 1);
    harness.close();
    harness = create(settings);
    harness.initializeState(checkpoint);
    harness.open();
    read = 0;
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  /** As after a crash, when nothing enters any more: no request may hang on that. */
  final void versions(long... versions) throws Exception {
    for (long version : versions) {
      harness.processElement(HistoryVersion.of(USER, TASK, version, false), 0);
    }
  }

  final void inserts(long... versions) throws Exception {
    for (long version : versions) {
      harness.processElement(HistoryVersion.of(USER, TASK, version, true), 0);
    }
  }

  /** The requests since the last call. */
  final List<HeadRequest> requests() {
    List<HeadRequest> all = harness.extractOutputValues();
    List<HeadRequest> fresh = List.copyOf(all.subList(read, all.size()));
    read = all.size();
    return fresh;
  }

  static HeadRequest request(long version, TriggerReason reason, long at) {
    return new HeadRequest(USER, TASK, version, reason, at);
  }
}
