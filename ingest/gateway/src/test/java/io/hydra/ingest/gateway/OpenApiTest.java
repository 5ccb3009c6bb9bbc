package io.hydra.ingest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hydra.ingest.gateway.http.Route;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenApiTest {
  @TempDir Path dir;

  @Test
  void theDocumentIsOpenApiByAnothersParser() {
    ParseOptions options = new ParseOptions();
    options.setResolve(true);
    SwaggerParseResult result =
        new OpenAPIV3Parser().readContents(ApiContract.document(), null, options);
    assertThat(result.getMessages()).isEmpty();
    assertThat(result.isOpenapi31()).isTrue();
    assertThat(result.getOpenAPI().getPaths()).isNotEmpty();
  }

  @Test
  void itNamesWhatCanBeCalledAndNothingElse() {
    try (TestGateway gateway = new TestGateway(dir)) {
      assertThat(ApiContract.operations())
          .isEqualTo(
              gateway.routes.stream()
                  .map(route -> route.method() + " " + route.template())
                  .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  @Test
  void itNamesTheParametersThatAreTaken() {
    try (TestGateway gateway = new TestGateway(dir)) {
      for (Route route : gateway.routes) {
        if (route.parameters() != null) {
          assertThat(ApiContract.parameters(route.method(), route.template()))
              .as(route.template())
              .isEqualTo(route.parameters());
        }
      }
    }
  }

  @Test
  void everybodyMayReadIt() {
    try (TestGateway gateway = new TestGateway(dir)) {
      TestGateway.Answer answer = gateway.get("/openapi.json", "Authorization", "");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().path("openapi").asText()).isEqualTo("3.1.0");
    }
  }
}
