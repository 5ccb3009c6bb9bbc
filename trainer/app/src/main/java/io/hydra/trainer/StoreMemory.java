package io.hydra.trainer;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One bound on the native memory of all stores of this process: each store of each partition is a
 * RocksDB, which would by default take up to 98 MB of its own.
 */
public final class StoreMemory implements RocksDBConfigSetter {
  private static final long BYTES = 64 * 1024 * 1024;
  private static final long WRITE_BUFFER_BYTES = 24 * 1024 * 1024;

  static {
    RocksDB.loadLibrary();
  }

  /** Blocks read, with their indexes and filters, and what has yet to be written. */
  private static final Cache CACHE = new LRUCache(BYTES);

  private static final WriteBufferManager BUFFERS =
      new WriteBufferManager(WRITE_BUFFER_BYTES, CACHE);

  @Override
  public void setConfig(String store, Options options, Map<String, Object> configs) {
    options.setWriteBufferManager(BUFFERS);
    if (options.tableFormatConfig() instanceof BlockBasedTableConfig table) {
      table.setBlockCache(CACHE);
      table.setCacheIndexAndFilterBlocks(true);
      options.setTableFormatConfig(table);
    }
  }

  /** Nothing: the memory is the process's, and the next store uses it. */
  @Override
  public void close(String store, Options options) {}
}
