package io.hydra.serving.answer;

import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.QueryRules;
import io.hydra.schemas.user.TextRules;
import io.hydra.schemas.user.UserKey;

/**
 * What a response says of whose it is. Only identifiers that keep their rule are repeated: others
 * may be of any size, and a part of one may be somebody else's.
 */
record Identifiers(String queryId, String tenant, String userId, String task) {
  /** A query's, blank where they break their rule. */
  static Identifiers of(Query query) {
    return new Identifiers(
        QueryRules.problemOfQueryId(query.getQueryId()).isEmpty() ? query.getQueryId() : "",
        UserKey.isTenant(query.getTenant()) ? query.getTenant() : "",
        TextRules.problemOfUserId(query.getUserId()).isEmpty() ? query.getUserId() : "",
        EventRules.isTaskId(query.getTask()) ? query.getTask() : "");
  }

  static Identifiers of(Response response) {
    return new Identifiers(
        response.getQueryId(), response.getTenant(), response.getUserId(), response.getTask());
  }
}
