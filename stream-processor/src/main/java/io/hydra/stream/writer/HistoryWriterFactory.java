package io.hydra.stream.writer;

import io.hydra.schemas.store.HistoryStore;
import io.hydra.stream.event.UserEvent;
import io.hydra.stream.history.HistoryVersion;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/** Makes a {@link HistoryWriter} for each subtask. */
public final class HistoryWriterFactory extends AbstractStreamOperatorFactory<HistoryVersion>
    implements OneInputStreamOperatorFactory<UserEvent, HistoryVersion> {
  private static final long serialVersionUID = 1L;

  private final HistoryStore.Factory stores;
  private final BatchSettings settings;

  public HistoryWriterFactory(HistoryStore.Factory stores, BatchSettings settings) {
    this.stores = stores;
    this.settings = settings;
  }

  @Override
  @SuppressWarnings("unchecked") // Flink's signature lets the caller choose the operator's type.
  public <T extends StreamOperator<HistoryVersion>> T createStreamOperator(
      StreamOperatorParameters<HistoryVersion> parameters) {
    return (T) new HistoryWriter(parameters, stores, settings);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return HistoryWriter.class;
  }
}
