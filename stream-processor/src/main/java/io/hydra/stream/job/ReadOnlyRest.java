package io.hydra.stream.job;

import io.hydra.runtime.ops.LocalNames;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.runtime.rest.FileUploadHandler;
import org.apache.flink.shaded.netty4.io.netty.buffer.Unpooled;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelFutureListener;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandler;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.DefaultFullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.FullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderNames;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderValues;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpMethod;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponseStatus;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpVersion;
import org.apache.flink.shaded.netty4.io.netty.util.ReferenceCountUtil;

/**
 * Makes Flink's REST of a local run one that tells how the job does, and nothing more.
 *
 * <p>Flink's own switches leave three doors open: {@code POST /jobs} runs whatever job it is sent,
 * {@code GET /jobs/ID/yarn-cancel} ends the job, and both can be sent by any web page that is open
 * in a browser on this machine, since neither needs to be allowed by the server first. So here only
 * GET passes, only for what is listed, and only under a name of this machine: a page whose own name
 * was made to lead here could read the answers otherwise. Flink loads this class by its name in
 * {@code META-INF/services}; on a cluster, where nobody sets its option, it does nothing.
 */
public final class ReadOnlyRest implements InboundChannelHandlerFactory {
  private static final ConfigOption<Boolean> ENABLED =
      ConfigOptions.key("hydra.rest.read-only").booleanType().defaultValue(false);

  /** A name that is reserved never to exist. */
  private static final String NO_ORIGIN = "https://nobody.invalid";

  private static final MemorySize LARGEST_REQUEST = MemorySize.ofMebiBytes(1);

  private static final Pattern READABLE =
      Pattern.compile(
          "/overview|/jobs(?:/overview|/[0-9a-f]{32}"
              + "(?:/(?:checkpoints|exceptions|metrics|vertices)(?:/[\\w/-]*)?)?)?");

  /** Switches it on, and off what Flink can switch off. */
  static void configure(Configuration conf) {
    conf.set(ENABLED, true)
        .set(WebOptions.SUBMIT_ENABLE, false)
        .set(WebOptions.CANCEL_ENABLE, false)
        .set(WebOptions.RESCALE_ENABLE, false)
        .set(WebOptions.ACCESS_CONTROL_ALLOW_ORIGIN, NO_ORIGIN)
        .set(RestOptions.SERVER_MAX_CONTENT_LENGTH, (int) LARGEST_REQUEST.getBytes());
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Optional<ChannelHandler> createHandler(
      Configuration configuration, Map<String, String> responseHeaders) {
    return configuration.get(ENABLED) ? Optional.of(new Guard()) : Optional.empty();
  }

  static boolean isReadable(String method, String uri, String host) {
    int query = uri.indexOf('?');
    String path = query < 0 ? uri : uri.substring(0, query);
    return method.equals(HttpMethod.GET.name())
        && READABLE.matcher(path).matches()
        && LocalNames.isThisMachine(host);
  }

  private static final class Guard extends ChannelInboundHandlerAdapter {
    private static final byte[] REFUSED =
        "this address can be read and takes no commands\n".getBytes(StandardCharsets.UTF_8);

    /** Files would be on the disk before a request comes here. */
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      if (context.pipeline().get(FileUploadHandler.class) != null) {
        var unused = context.pipeline().remove(FileUploadHandler.class);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (!(message instanceof HttpRequest request)
          || isReadable(
              request.method().name(),
              request.uri(),
              request.headers().get(HttpHeaderNames.HOST))) {
        context.fireChannelRead(message);
        return;
      }
      ReferenceCountUtil.release(message);
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.FORBIDDEN, Unpooled.wrappedBuffer(REFUSED));
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, REFUSED.length);
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=UTF-8");
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      var unused = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
