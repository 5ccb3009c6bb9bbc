package io.hydra.infra.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.hydra.infra.fault.TrialStack;
import io.hydra.infra.stack.Endpoints;
import io.hydra.ingest.BehaviorEventPublisher;
import io.hydra.ingest.BehaviorEvents;
import io.hydra.ingest.HydraConnection;
import io.hydra.ingest.QueryClient;
import io.hydra.model.task.TaskSpec;
import io.hydra.schemas.avro.BehaviorEvent;
import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.avro.UserErased;
import io.hydra.schemas.redis.HistoryItem;
import io.hydra.schemas.registry.RegistryDeserializer;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.store.View;
import io.hydra.schemas.testing.Await;
import io.hydra.schemas.topic.Topic;
import io.hydra.schemas.user.UserKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** A user of a running stack who is remembered, forgotten, and then looked for. */
final class ForgottenUser {
  private static final Duration ROUND = Duration.ofMillis(20);
  private static final String QUERY_ID = "asked-before-and-after";
  private static final UserKey ZOE = new UserKey("shop", "zoe");
  private static final UserKey NOBODY = new UserKey("shop", "nobody-ever-saw");

  private final Endpoints endpoints;
  private final Path dir;
  private final UnifiedJedis redis;
  private final SchemaRegistryClient registry;
  private final TaskSpec task;
  private final String baseVersion;
  private final List<HistoryItem> items;

  /**
   * @param dir of the stack
   * @param items the user's own events
   */
  ForgottenUser(
      Endpoints endpoints,
      Path dir,
      UnifiedJedis redis,
      SchemaRegistryClient registry,
      TaskSpec task,
      String baseVersion,
      List<HistoryItem> items) {
    this.endpoints = endpoints;
    this.dir = dir;
    this.redis = redis;
    this.registry = registry;
    this.task = task;
    this.baseVersion = baseVersion;
    this.items = items;
  }

  /** History, heads and a recorded response: all that there is to be forgotten. */
  Response isRemembered() {
    publish();
    byte[] heads = StoreLayout.heads(ZOE, task.id(), baseVersion);
    Await.until("heads in Redis", () -> redis.exists(heads));
    Response response = ask(ZOE);
    assertThat(response.getItems()).isNotEmpty();
    assertThat(response.getHistoryVersion()).isEqualTo(items.size());
    assertThat(keys())
        .contains(
            text(StoreLayout.history(View.ORIGINAL, ZOE, task.id())),
            text(heads),
            text(StoreLayout.response(ZOE, QUERY_ID)),
            text(StoreLayout.responses(ZOE)),
            text(StoreLayout.user(ZOE)));
    return response;
  }

  /** By the launcher's command; returns what it printed. */
  String isForgotten() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = HydraCli.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int exit =
        line.execute(
            "forget",
            "--user",
            ZOE.userId(),
            "--tenant",
            ZOE.tenant(),
            "--timeout",
            TrialStack.PATIENCE,
            "--dir",
            dir.toString());
    assertThat(exit).as(err.toString()).isZero();
    assertThat(err.toString()).isEmpty();
    return out.toString();
  }

  /**
   * Nothing but the moment, which tasks there were, and the place of the tombstone, without which
   * heads that were still under way could follow it.
   */
  void hasLeftOnlyTheWatermark() {
    Set<String> unused =
        Await.until(
            "only the watermark is left",
            ROUND,
            this::keys,
            keys -> keys.equals(Set.of(text(StoreLayout.user(ZOE)))));
    assertThat(redis.hgetAll(text(StoreLayout.user(ZOE))))
        .containsOnlyKeys(
            StoreLayout.Fields.ERASED,
            new String(StoreLayout.Fields.task(task.id()), UTF_8),
            StoreLayout.Fields.HEADS_AT);
  }

  /** Old events come again, as after a replay of the topic. */
  void isReplayed() {
    publish();
  }

  /** The same query of both, and the same id as before the erasure: an old answer would show. */
  void isAnsweredAsOneNeverSeen(Response before) {
    Response forgotten = impersonal(ask(ZOE));
    assertThat(forgotten).isEqualTo(impersonal(ask(NOBODY)));
    assertThat(forgotten.getCandidates()).isNotEmpty();
    assertThat(forgotten.getItems()).isEmpty();
    assertThat(forgotten).isNotEqualTo(impersonal(before));
  }

  /** The last of the user's records on the topic of heads. */
  static void hasATombstone(List<ConsumerRecord<byte[], byte[]>> heads) {
    List<ConsumerRecord<byte[], byte[]>> own = own(heads);
    assertThat(own).hasSizeGreaterThan(1);
    assertThat(own.get(0).value()).isNotNull();
    assertThat(own.get(own.size() - 1).value()).isNull();
  }

  void hasAnAuditRecordWithoutText(List<ConsumerRecord<byte[], byte[]>> erasures) throws Exception {
    ConsumerRecord<byte[], byte[]> record = own(erasures).get(0);
    UserErased erased =
        new RegistryDeserializer<UserErased>(registry, Topic.ERASURES).deserialize(record.value());
    assertThat(erased.getItemsRemoved()).isEqualTo(items.size());
    assertThat(erased.getItemsKept()).isZero();
    assertThat(redis.hget(text(StoreLayout.user(ZOE)), StoreLayout.Fields.ERASED))
        .isEqualTo(Long.toString(erased.getErasedUpTo().toEpochMilli()));
    String bytes = new String(record.value(), UTF_8);
    for (HistoryItem item : items) {
      assertThat(bytes).doesNotContain(item.input()).doesNotContain(item.eventId());
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> own(
      List<ConsumerRecord<byte[], byte[]>> records) {
    byte[] key = ZOE.recordKey().getBytes(UTF_8);
    return records.stream().filter(r -> Arrays.equals(r.key(), key)).toList();
  }

  private void publish() {
    try (BehaviorEventPublisher publisher = BehaviorEventPublisher.connect(connection())) {
      List<CompletableFuture<?>> sent = new ArrayList<>();
      for (HistoryItem item : items) {
        BehaviorEvent event =
            BehaviorEvents.interaction(
                item.eventId(),
                ZOE,
                task.id(),
                Instant.ofEpochMilli(item.occurredAt()),
                item.input(),
                item.output());
        sent.add(publisher.publish(event));
      }
      sent.forEach(CompletableFuture::join);
    }
  }

  /** Asks about a text that the user has met before: what is remembered of it would show. */
  private Response ask(UserKey user) {
    try (QueryClient client = QueryClient.connect(connection())) {
      return client
          .ask(
              Query.newBuilder()
                  .setQueryId(QUERY_ID)
                  .setTenant(user.tenant())
                  .setUserId(user.userId())
                  .setTask(task.id())
                  .setInput(items.get(0).input())
                  .setDeadline(Instant.now().plus(Await.PATIENCE))
                  .build())
          .join();
    }
  }

  /** A response without what tells whose it is and how long it took. */
  private static Response impersonal(Response response) {
    return Response.newBuilder(response)
        .setUserId("")
        .setTimings(List.of())
        .setAnsweredAt(Instant.EPOCH)
        .build();
  }

  private Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    ScanParams ofZoe = new ScanParams().match("*{" + ZOE.recordKey() + "}*").count(1_000);
    String cursor = ScanParams.SCAN_POINTER_START;
    do {
      ScanResult<String> page = redis.scan(cursor, ofZoe);
      keys.addAll(page.getResult());
      cursor = page.getCursor();
    } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    return keys;
  }

  private HydraConnection connection() {
    return new HydraConnection(endpoints.bootstrapServers(), endpoints.schemaRegistryUrl());
  }

  private static String text(byte[] key) {
    return new String(key, UTF_8);
  }
}
