package io.hydra.infra.bench.ceiling;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.schemas.redis.client.RedisClients;
import io.hydra.schemas.redis.client.RedisScript;
import io.hydra.schemas.store.HistoryStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.UnifiedJedis;

/**
 * Histories as Redis kept them when a script there decided on each event: what has come since is
 * measured against it. Takes distinct events in rising order alone, and tells nothing of them.
 *
 * @param redis closed by this
 */
record OldWay(UnifiedJedis redis, int capacity) implements HistoryStore {
  private static final RedisScript SCRIPT = RedisScript.load(OldWay.class, "old-way.lua");
  private static final int KEYS = 3;

  @Override
  public List<Outcome> write(List<Write> writes) {
    Map<String, List<Write>> byHistory = new LinkedHashMap<>();
    for (Write write : writes) {
      byHistory
          .computeIfAbsent(
              "{%s}:%s".formatted(write.user().recordKey(), write.task()), key -> new ArrayList<>())
          .add(write);
    }
    return SCRIPT.pipelined(
        script -> {
          RedisClients.ask(
                  redis,
                  byHistory.entrySet(),
                  (pipeline, history) ->
                      script.call(pipeline, KEYS, arguments(history.getKey(), history.getValue())))
              .forEach(reply -> reply.get());
          return writes.stream().map(write -> new Outcome(1, Effect.ENTERED)).toList();
        });
  }

  private byte[][] arguments(String history, List<Write> writes) {
    List<byte[]> arguments = new ArrayList<>();
    for (String text :
        List.of(
            "history:" + history,
            "history-order:" + history,
            "user:" + history,
            "t:" + writes.get(0).task(),
            Integer.toString(capacity))) {
      arguments.add(text.getBytes(UTF_8));
    }
    for (Write write : writes) {
      arguments.add(write.eventId().getBytes(UTF_8));
      arguments.add(Long.toString(write.occurredAt()).getBytes(UTF_8));
      arguments.add(write.item());
    }
    return arguments.toArray(byte[][]::new);
  }

  @Override
  public Erased erase(Erasure erasure) {
    throw new UnsupportedOperationException("only writes are measured");
  }

  @Override
  public void close() {
    redis.close();
  }
}
