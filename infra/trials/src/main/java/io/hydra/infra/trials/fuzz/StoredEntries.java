package io.hydra.infra.trials.fuzz;

import io.hydra.infra.trials.fuzz.Fuzzer.Entry;
import io.hydra.schemas.redis.CorruptValueException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.Heads.Member;
import io.hydra.schemas.redis.Heads.Mixture;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.redis.HistoryItemCodec;
import io.hydra.schemas.store.RebuildState;
import io.hydra.schemas.store.View;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Values of Redis, as another program or a damaged disk may leave them. */
final class StoredEntries {
  private static final Set<Class<? extends Throwable>> CORRUPT =
      Set.of(CorruptValueException.class);

  private StoredEntries() {}

  static List<Entry> all() {
    return List.of(
        new Entry(
            "history items",
            List.of(
                HistoryItemCodec.encode(new HistoryItem("e1", 1_760_000_000_000L, "a note", "2"))),
            input -> {
              HistoryItem item = HistoryItemCodec.decode("e1", input);
              Objects.requireNonNull(HistoryItemCodec.encode(item));
            },
            CORRUPT),
        new Entry(
            "heads",
            List.of(HeadsCodec.encode(heads()), HeadsCodec.encode(Heads.NONE)),
            input -> {
              Heads heads = HeadsCodec.decode(input);
              Objects.requireNonNull(HeadsCodec.encode(heads));
            },
            CORRUPT),
        new Entry(
            "views",
            List.of(new View("b7f3-1").toBytes(), new byte[0]),
            input -> Objects.requireNonNull(View.of(input)),
            CORRUPT),
        new Entry(
            "rebuild states",
            List.of(
                new RebuildState(
                        RebuildState.Phase.SWITCHED,
                        new View("b"),
                        View.ORIGINAL,
                        Map.of(0, 17L, 1, 9L))
                    .toBytes(),
                "1;BUILDING;v;;".getBytes(StandardCharsets.US_ASCII)),
            input -> Objects.requireNonNull(RebuildState.of(input)),
            CORRUPT));
  }

  private static Heads heads() {
    Mixture mixture =
        new Mixture(
            7,
            0.5f,
            List.of(new Member(10f, 0.4f, new float[8]), new Member(30f, 0.3f, new float[8])));
    return new Heads(7, mixture, mixture);
  }
}
