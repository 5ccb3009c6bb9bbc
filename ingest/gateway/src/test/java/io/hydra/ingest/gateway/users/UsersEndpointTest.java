package io.hydra.ingest.gateway.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Ticker;
import io.hydra.ingest.gateway.auth.ApiKey;
import io.hydra.ingest.gateway.auth.Role;
import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.ProblemType;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.ingest.gateway.http.Shares;
import io.hydra.ingest.gateway.queries.Asked;
import io.hydra.schemas.config.Sha256;
import io.hydra.schemas.store.UserExports.UserExport;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;

class UsersEndpointTest {
  private final List<Runnable> waiting = new ArrayList<>();
  private final UsersEndpoint users =
      new UsersEndpoint(
          null,
          user -> new UserExport(null, new TreeMap<>(), List.of(), 0),
          waiting::add,
          new Shares("exports", 8, 1),
          new Asked(Ticker.disabledTicker()),
          Clock.systemUTC());

  private CompletionStage<Reply> export(String keyId) {
    ApiKey key = new ApiKey(keyId, "shop", Set.of(Role.USERS), Sha256.hex(keyId), null);
    return users.export(new Call(key, List.of("ann"), Map.of(), HttpFields.EMPTY, new byte[0]));
  }

  @Test
  void noKeyHasMoreUsersReadAtATimeThanItsShare() {
    CompletionStage<Reply> first = export("a");
    var unused = export("a");
    assertThatThrownBy(() -> export("a"))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.type()).isEqualTo(ProblemType.TOO_MANY_REQUESTS));
    var another = export("b");

    waiting.remove(0).run();
    assertThat(first.toCompletableFuture()).isCompleted();
    var now = export("a");
    assertThat(waiting).hasSize(3);
  }
}
