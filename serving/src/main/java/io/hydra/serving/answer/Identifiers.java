package io.hydra.serving.answer;

import io.hydra.schemas.avro.Query;
import io.hydra.schemas.avro.Response;
import io.hydra.schemas.user.EventRules;
import io.hydra.schemas.user.UserKey;

/**
 * What a response says of whose it is. Only identifiers that keep their rule are repeated: others
 * may be of any size, and a part of one may be somebody else's.
 */
record Identifiers(String queryId, String tenant, String userId, String task) {
  private static final UserKey WELL_FORMED = new UserKey("t", "u");

  /** A query's, blank where they break their rule. */
  static Identifiers of(Query query) {
    return new Identifiers(
        QueryRules.isQueryId(query.getQueryId()) ? query.getQueryId() : "",
        isUserKey(query.getTenant(), WELL_FORMED.userId()) ? query.getTenant() : "",
        isUserKey(WELL_FORMED.tenant(), query.getUserId()) ? query.getUserId() : "",
        EventRules.isTaskId(query.getTask()) ? query.getTask() : "");
  }

  static Identifiers of(Response response) {
    return new Identifiers(
        response.getQueryId(), response.getTenant(), response.getUserId(), response.getTask());
  }

  private static boolean isUserKey(String tenant, String userId) {
    try {
      UserKey unused = new UserKey(tenant, userId);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
