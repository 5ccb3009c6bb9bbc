package io.hydra.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hydra.schemas.config.UserException;
import io.hydra.schemas.redis.Heads;
import io.hydra.schemas.redis.HeadsCodec;
import io.hydra.schemas.store.EmbeddedRedis;
import io.hydra.schemas.store.HeadExport;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.schemas.user.UserKey;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeadCommandTest {
  private static final UserKey ANN = new UserKey("acme", "ann");

  @AutoClose private final EmbeddedRedis redis = new EmbeddedRedis();
  private final AtomicInteger spent = new AtomicInteger();
  private HeadExport export;

  @BeforeEach
  void readHeads() {
    Heads heads = new Heads(2, 0, new Heads.Mixture(2, 0.5f, List.of()), Heads.Mixture.NONE);
    redis.client().set(StoreLayout.heads(ANN, "tags", "base-1"), HeadsCodec.encode(heads));
    export = new HeadExport(redis.client(), ANN, "tags", "base-1");
  }

  private int spend() {
    return spent.incrementAndGet();
  }

  private void erase() {
    redis.client().hset(StoreLayout.user(ANN), StoreLayout.Fields.erased(), new byte[] {'1'});
  }

  @Test
  void ofSomebodyWhoIsNotKnownThereIsNoHead() {
    assertThatThrownBy(() -> HeadCommand.requireRemembered(redis.client(), ANN, "tags"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("nothing is remembered of acme:ann in tags");
  }

  @Test
  void aHeadThatMayLeaveDoes() {
    assertThat(HeadCommand.leaving(export, ANN, "it is spent", this::spend)).isEqualTo(1);
  }

  @Test
  void nothingIsSpentOnAHeadThatMayNotLeave() {
    erase();
    assertThatThrownBy(() -> HeadCommand.leaving(export, ANN, "it is spent", this::spend))
        .isInstanceOf(UserException.class)
        .hasMessageEndingWith("nothing was written, try again");
    assertThat(spent).hasValue(0);
  }

  @Test
  void anErasureMeanwhileKeepsTheHeadAndTheRefusalSaysWhatItCost() {
    assertThatThrownBy(
            () ->
                HeadCommand.leaving(
                    export,
                    ANN,
                    "it is spent",
                    () -> {
                      erase();
                      return spend();
                    }))
        .isInstanceOf(UserException.class)
        .hasMessageEndingWith("it is spent");
    assertThat(spent).hasValue(1);
  }
}
