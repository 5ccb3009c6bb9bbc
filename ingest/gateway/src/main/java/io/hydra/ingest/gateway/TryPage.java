package io.hydra.ingest.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydra.ingest.gateway.http.Call;
import io.hydra.ingest.gateway.http.Refusal;
import io.hydra.ingest.gateway.http.Reply;
import io.hydra.runtime.ops.BrowserPage;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page on which people try questions and verdicts. It is open to all, since it holds nothing:
 * what it shows it asks the API for, with the key that its reader enters.
 */
final class TryPage {
  private static final Reply HTML = load("try.html");

  private static final Map<String, Reply> PARTS =
      Stream.of("theme.css", "try.css", "draw.js", "view.js", "try.js")
          .collect(Collectors.toUnmodifiableMap(Function.identity(), TryPage::load));

  private TryPage() {}

  static CompletionStage<Reply> html(Call call) {
    return CompletableFuture.completedFuture(HTML);
  }

  static CompletionStage<Reply> part(Call call) {
    Reply part = PARTS.get(call.variables().get(0));
    if (part == null) {
      throw Refusal.notFound(null, "the page has no such part");
    }
    return CompletableFuture.completedFuture(part);
  }

  private static Reply load(String name) {
    BrowserPage.File file = BrowserPage.file(TryPage.class, name);
    return new Reply(
        Reply.OK,
        file.contentType(),
        BrowserPage.HEADERS,
        new Reply.Bytes(file.text().getBytes(UTF_8)));
  }
}
