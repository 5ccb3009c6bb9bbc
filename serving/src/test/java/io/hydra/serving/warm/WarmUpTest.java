package io.hydra.serving.warm;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.llm.CannedEndpoint;
import io.hydra.schemas.store.StoreLayout;
import io.hydra.serving.testing.AnswerFixture;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  @Test
  void theEndpointGivesAsManySamplesAsAreAskedFor() throws IOException, InterruptedException {
    try (CannedEndpoint endpoint = CannedEndpoint.start()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(endpoint.baseUrl() + "/chat/completions"))
              .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"m\",\"n\":3}"))
              .build();
      String reply =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
      assertThat(reply.split("\"index\"", -1)).hasSize(4);
    }
  }

  @Test
  void itGoesTheWholeWayOfAnAnswerForEachTask() throws IOException {
    try (AnswerFixture fixture = new AnswerFixture()) {
      for (int i = 0; i < 4; i++) {
        fixture.llm.answers("red", "red", "red");
      }
      WarmUp.run(fixture.pipeline, Set.of("colours", "titles"), 2, Runnable::run, fixture.time);
      assertThat(fixture.llm.requests()).hasSize(4);
      assertThat(fixture.redis.client().exists(StoreLayout.response(WarmUp.NOBODY, "q0"))).isTrue();
    }
  }
}
