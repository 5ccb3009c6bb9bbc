package io.hydra.trainer.base;

import io.hydra.schemas.config.UserException;
import io.hydra.trainer.base.Archive.Allowance;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Brings an encoder from a URL into a cache folder, whole or not at all; what is there is not
 * fetched again. A URL (http, https, file) names an archive ({@code .zip}, {@code .tar.gz}, {@code
 * .tgz}), optionally followed by {@code #sha256=HEX}, or a folder from which the files that an
 * encoder needs are fetched by their names, as from {@code
 * https://huggingface.co/OWNER/MODEL/resolve/REVISION}. An encoder is run by native code in this
 * process, so it has to come unchanged: over plain http from another machine only with a checksum.
 */
public final class EncoderDownload {
  private static final Pattern CHECKSUM = Pattern.compile("sha256=([0-9a-fA-F]{64})");
  private static final List<String> SCHEMES = List.of("http", "https", "file");
  private static final int KEY_BYTES = 8;

  /** Of bytes, for one encoder. */
  record Limits(long downloaded, long unpacked) {
    static final Limits DEFAULT = new Limits(4L << 30, 8L << 30);
  }

  private final Path cache;
  private final Limits limits;
  private final Consumer<String> progress;

  /**
   * @param cache folder that is made where it is missing
   * @param progress told one line per file
   */
  public EncoderDownload(Path cache, Consumer<String> progress) {
    this(cache, Limits.DEFAULT, progress);
  }

  EncoderDownload(Path cache, Limits limits, Consumer<String> progress) {
    this.cache = cache;
    this.limits = limits;
    this.progress = progress;
  }

  /**
   * @param pathOrUrl a path is returned as it is
   * @return local folder or file
   * @throws UserException if it cannot be fetched; the message names the URL and why
   */
  public Path fetch(String pathOrUrl) {
    if (!pathOrUrl.contains("://") && !pathOrUrl.startsWith("file:")) {
      try {
        return Path.of(pathOrUrl);
      } catch (InvalidPathException e) {
        throw new UserException(pathOrUrl + ": is neither a path nor a URL", e);
      }
    }
    URI uri = parse(pathOrUrl);
    Optional<String> checksum = checksum(uri, pathOrUrl);
    boolean isArchive = Archive.isArchive(uri.getPath());
    if (!isArchive && checksum.isPresent()) {
      throw new UserException(
          Remote.shown(pathOrUrl)
              + ": a checksum is that of an archive (.zip, .tar.gz, .tgz), not of a folder");
    }
    if (checksum.isEmpty() && new Remote(uri).isOpenToOthers()) {
      throw new UserException(
          Remote.shown(pathOrUrl)
              + ": over http anybody on the way can exchange it: use https, or an archive followed"
              + " by #sha256=HEX");
    }
    try {
      if (!isArchive && uri.getScheme().equalsIgnoreCase("file")) {
        return Path.of(uri);
      }
      return cached(uri, isArchive, checksum);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s: cannot be fetched (%s)"
              .formatted(new Remote(uri).shown(), Objects.requireNonNullElse(e.getMessage(), e)),
          e);
    }
  }

  private Path cached(URI uri, boolean isArchive, Optional<String> checksum) throws IOException {
    URI plain = withoutFragment(uri);
    byte[] key = Remote.sha256().digest(uri.toString().getBytes(StandardCharsets.UTF_8));
    Path folder = cache.resolve(HexFormat.of().formatHex(key, 0, KEY_BYTES));
    if (Files.isDirectory(folder)) {
      return root(folder);
    }
    Files.createDirectories(cache);
    Allowance download = new Allowance(limits.downloaded(), "to download");
    Path draft = Files.createTempDirectory(cache, ".draft-");
    try {
      Path files = Files.createDirectory(draft.resolve("files"));
      if (isArchive) {
        Path archive = draft.resolve("archive");
        Remote remote = new Remote(plain);
        progress.accept("fetching " + remote.shown());
        String found = remote.copyTo(archive, download);
        if (checksum.isPresent() && !checksum.get().equals(found)) {
          throw new IOException(
              "its sha256 is %s, not %s as asked for".formatted(found, checksum.get()));
        }
        Archive.extract(
            archive, plain.getPath(), files, new Allowance(limits.unpacked(), "to unpack"));
      } else {
        new RemoteFolder(plain, download, progress).copyTo(files);
      }
      move(files, folder);
      return root(folder);
    } finally {
      delete(draft);
    }
  }

  /** Another process may have been faster: then its files are as good. */
  private static void move(Path files, Path folder) throws IOException {
    try {
      Files.move(files, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  /** Archives often hold one folder that holds the rest. */
  private static Path root(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.limit(2).toList();
      return all.size() == 1 && Files.isDirectory(all.get(0)) ? all.get(0) : folder;
    }
  }

  private static URI parse(String url) {
    try {
      URI uri = new URI(url);
      if (uri.getScheme() != null
          && SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))
          && uri.getPath() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new UserException(Remote.shown(url) + ": is not a URL (" + e.getReason() + ")");
    }
    throw new UserException(Remote.shown(url) + ": only http, https and file URLs are fetched");
  }

  private static Optional<String> checksum(URI uri, String url) {
    if (uri.getFragment() == null) {
      return Optional.empty();
    }
    Matcher matcher = CHECKSUM.matcher(uri.getFragment());
    if (!matcher.matches()) {
      throw new UserException(
          Remote.shown(url) + ": what follows # must be sha256= and 64 hex digits");
    }
    return Optional.of(matcher.group(1).toLowerCase(Locale.ROOT));
  }

  private static URI withoutFragment(URI uri) {
    String text = uri.toString();
    int end = text.indexOf('#');
    return end < 0 ? uri : URI.create(text.substring(0, end));
  }

  private static void delete(Path draft) throws IOException {
    try (Stream<Path> files = Files.walk(draft)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
