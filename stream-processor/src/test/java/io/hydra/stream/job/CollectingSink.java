package io.hydra.stream.job;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Hands what a job writes to the test. */
record CollectingSink<T>(String name) implements Sink<T> {
  // Static, since a job runs on copies of its sinks.
  private static final Map<String, BlockingQueue<Object>> COLLECTED = new ConcurrentHashMap<>();

  @SuppressWarnings("unchecked")
  BlockingQueue<T> collected() {
    return (BlockingQueue<T>) COLLECTED.computeIfAbsent(name, n -> new LinkedBlockingQueue<>());
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) {
    BlockingQueue<T> queue = collected();
    return new SinkWriter<>() {
      @Override
      public void write(T element, Context context) {
        queue.add(element);
      }

      @Override
      public void flush(boolean endOfInput) {}

      @Override
      public void close() {}
    };
  }
}
