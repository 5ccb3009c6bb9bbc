package io.hydra.ingest.gateway.queries;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hydra.ingest.gateway.Recent;
import io.hydra.schemas.avro.Candidate;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.user.UserKey;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The queries that this gateway has asked lately, with their responses: for whoever comes back for
 * one, and for a verdict that names the query alone. Kept for an hour, within bounds; another
 * gateway, or this one after a restart, does not know them. Thread-safe.
 */
public final class Asked {
  private static final long MAX_CHARS = 8L * 1024 * 1024;
  static final int MAX_QUERIES = 20_000;
  private static final int OVERHEAD = 512;

  private final Recent<Key, CompletableFuture<Response>> responses;
  private final Recent<Name, Owner> owners;

  /** Ids of queries are unique within their user. */
  private record Key(UserKey user, String queryId) {}

  private record Name(String tenant, String queryId) {}

  /**
   * The owner of a query.
   *
   * @param userId null if queries of several users have the id
   */
  public record Owner(String userId, String task) {}

  public Asked(Ticker ticker) {
    responses =
        new Recent<>(
            ticker,
            MAX_CHARS,
            response -> OVERHEAD + chars(response),
            (key, response) -> key.user());
    owners =
        new Recent<>(
            ticker,
            MAX_QUERIES,
            owner -> 1,
            (name, owner) ->
                owner.userId() == null ? null : new UserKey(name.tenant(), owner.userId()));
  }

  /** Remembers a query that is being asked. */
  void add(UserKey user, String queryId, String task, CompletableFuture<Response> response) {
    Key key = new Key(user, queryId);
    responses.write(key, before -> response);
    var unused =
        response.whenComplete(
            (answer, failure) -> {
              // Whoever asks again may be luckier; of an answer the size is known now.
              CompletableFuture<Response> kept = failure == null ? response : null;
              responses.write(key, now -> now == response ? kept : now);
            });
    owners.write(
        new Name(user.tenant(), queryId),
        before -> {
          Owner now = new Owner(user.userId(), task);
          return before == null || before.equals(now) ? now : new Owner(null, null);
        });
  }

  /** The response to a query; not done while it is awaited. */
  Optional<CompletableFuture<Response>> response(UserKey user, String queryId) {
    return responses.find(new Key(user, queryId));
  }

  /** The response to a query; empty if it is not known, or not there yet. */
  public Optional<Response> answer(UserKey user, String queryId) {
    return response(user, queryId).map(Asked::now);
  }

  /**
   * The owner of the query of that id; empty if not known, or if more than one user has asked it.
   */
  public Optional<Owner> owner(String tenant, String queryId) {
    return owners.find(new Name(tenant, queryId)).filter(owner -> owner.userId() != null);
  }

  /** Drops what a user has asked and was answered. */
  public void forget(UserKey user) {
    responses.forget(user);
    owners.forget(user);
  }

  /** Drops what anybody has asked and was answered. */
  public void forgetAll() {
    responses.forgetAll();
    owners.forgetAll();
  }

  private static Response now(CompletableFuture<Response> asked) {
    return asked.isCompletedExceptionally() ? null : asked.getNow(null);
  }

  /** 0 as long as the response is not there. */
  private static int chars(CompletableFuture<Response> asked) {
    Response response = now(asked);
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
