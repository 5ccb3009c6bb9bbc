package io.hydra.serving.answer;

import io.hydra.schemas.avro.Query;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** What makes a query answerable. Messages name the field and the remedy, never a user's text. */
final class QueryRules {
  private static final int MAX_QUERY_ID = 256;

  private QueryRules() {}

  /**
   * The first rule that the query breaks, or empty if it is acceptable.
   *
   * @param key of the record; may be null
   */
  static Optional<String> problem(Query query, byte[] key) {
    UserKey user;
    try {
      user = new UserKey(query.getTenant(), query.getUserId());
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
    if (!Arrays.equals(key, user.asRecordKey().getBytes(StandardCharsets.UTF_8))) {
      return Optional.of("the record's key must be tenant:user_id of the query");
    }
    if (!isQueryId(query.getQueryId())) {
      return Optional.of("query_id must have 1 to " + MAX_QUERY_ID + " characters");
    }
    if (query.getInput().isBlank()) {
      return Optional.of("input must not be empty");
    }
    if (query.getInput().getBytes(StandardCharsets.UTF_8).length > EventRules.MAX_TEXT_BYTES) {
      return Optional.of(
          "input has more than %d bytes: shorten it".formatted(EventRules.MAX_TEXT_BYTES));
    }
    return Optional.empty();
  }

  static boolean isQueryId(String id) {
    return !id.isBlank() && id.length() <= MAX_QUERY_ID;
  }
}
