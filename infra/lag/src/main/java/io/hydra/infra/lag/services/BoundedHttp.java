package io.hydra.infra.lag.services;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** Gets texts over HTTP, none of them larger than a bound. */
final class BoundedHttp {
  private final HttpClient http;
  private final Duration patience;
  private final int maxBytes;

  BoundedHttp(Duration patience, int maxBytes) {
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(patience)
            .build();
    this.patience = patience;
    this.maxBytes = maxBytes;
  }

  /**
   * Sends a request. The body may take for ever: whoever waits for it no longer cancels.
   *
   * @return fails with an {@link IOException}
   */
  CompletableFuture<HttpResponse<String>> get(URI url) {
    HttpRequest request = HttpRequest.newBuilder(url).timeout(patience).build();
    return http.sendAsync(request, head -> new Body());
  }

  private final class Body implements BodySubscriber<String> {
    private final CompletableFuture<String> text = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Subscription subscription;

    @Override
    public CompletionStage<String> getBody() {
      return text;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      this.subscription = subscription;
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      for (ByteBuffer part : parts) {
        if (bytes.size() + part.remaining() > maxBytes) {
          subscription.cancel();
          text.completeExceptionally(new IOException("more than %,d bytes".formatted(maxBytes)));
          return;
        }
        byte[] each = new byte[part.remaining()];
        part.get(each);
        bytes.writeBytes(each);
      }
    }

    @Override
    public void onError(Throwable cause) {
      text.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
      text.complete(bytes.toString(StandardCharsets.UTF_8));
    }
  }
}
