package io.hydra.ingest.gateway.queries;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.user.UserKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;

/**
 * The queries that this gateway has asked lately, with their responses: for whoever comes back for
 * one, and for a verdict that names the query alone. Kept for an hour, within bounds; another
 * gateway, or this one after a restart, does not know them. Thread-safe.
 */
public final class Asked {
  private static final Duration KEPT = Duration.ofHours(1);
  private static final long MAX_CHARS = 8L * 1024 * 1024;
  private static final int MAX_QUERIES = 20_000;
  private static final int OVERHEAD = 512;

  private final Cache<Key, Entry> responses;
  private final Cache<Name, Owner> owners;

  /** Ids of queries are unique within their user. */
  private record Key(UserKey user, String queryId) {}

  private record Name(String tenant, String queryId) {}

  /** The response, once it is there; its weight is not known before. */
  private record Entry(CompletableFuture<Response> response) {}

  /**
   * Whose a query was.
   *
   * @param userId null if queries of several users have the id
   */
  public record Owner(String userId, String task) {}

  public Asked(Ticker ticker) {
    responses =
        Caffeine.newBuilder()
            .expireAfterWrite(KEPT)
            .ticker(ticker)
            .maximumWeight(MAX_CHARS)
            .weigher((Key key, Entry entry) -> OVERHEAD + chars(entry))
            .build();
    owners =
        Caffeine.newBuilder()
            .expireAfterWrite(KEPT)
            .ticker(ticker)
            .maximumSize(MAX_QUERIES)
            .build();
  }

  /** Remembers a query that is being asked. */
  void add(UserKey user, String queryId, String task, CompletableFuture<Response> response) {
    Key key = new Key(user, queryId);
    Entry entry = new Entry(response);
    ConcurrentMap<Key, Entry> all = responses.asMap();
    all.put(key, entry);
    var unused =
        response.whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                // Whoever asks again may be luckier.
                boolean unusedToo = all.remove(key, entry);
              } else {
                // Put again, since now its size is known.
                boolean unusedToo = all.replace(key, entry, new Entry(response));
              }
            });
    owners
        .asMap()
        .merge(
            new Name(user.tenant(), queryId),
            new Owner(user.userId(), task),
            (before, now) -> before.equals(now) ? now : new Owner(null, null));
  }

  /** The response to a query; not done while it is awaited. */
  Optional<CompletableFuture<Response>> response(UserKey user, String queryId) {
    return Optional.ofNullable(responses.getIfPresent(new Key(user, queryId))).map(Entry::response);
  }

  /**
   * Whose the query of that id was; empty if it is not known, or more than one user has asked it.
   */
  public Optional<Owner> owner(String tenant, String queryId) {
    return Optional.ofNullable(owners.getIfPresent(new Name(tenant, queryId)))
        .filter(owner -> owner.userId() != null);
  }

  /** Drops what a user has asked and was answered. */
  public void forget(UserKey user) {
    responses.asMap().keySet().removeIf(key -> key.user().equals(user));
    owners
        .asMap()
        .entrySet()
        .removeIf(
            entry ->
                entry.getKey().tenant().equals(user.tenant())
                    && user.userId().equals(entry.getValue().userId()));
  }

  private static int chars(Entry entry) {
    Response response =
        entry.response().isCompletedExceptionally() ? null : entry.response().getNow(null);
    if (response == null) {
      return 0;
    }
    int chars = response.getText() == null ? 0 : response.getText().length();
    for (Candidate candidate : response.getCandidates()) {
      chars += candidate.getText().length();
    }
    return chars + OVERHEAD * response.getItems().size() / 4;
  }
}
