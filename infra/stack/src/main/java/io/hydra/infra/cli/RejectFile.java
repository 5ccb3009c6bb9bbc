package io.hydra.infra.cli;

import io.hydra.infra.output.Json;
import io.hydra.infra.output.PrivateFiles;
import io.hydra.ingest.load.LoadedEvent;
import io.hydra.schemas.config.UserException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The rejected entries of a load as JSON lines: where each stands, and what is wrong with it. */
final class RejectFile implements AutoCloseable {
  private final Path path;

  /** Null for no file. */
  private final FileChannel channel;

  private final OutputStream out;

  /** Bytes that an earlier load has settled. */
  private final long settled;

  /**
   * @param path null for no file
   * @param length up to which an earlier load has settled it; the rest is cut off
   */
  RejectFile(Path path, long length) {
    this.path = path;
    this.settled = length;
    try {
      if (path == null) {
        channel = null;
        out = OutputStream.nullOutputStream();
        return;
      }
      PrivateFiles.ensureFile(path);
      channel = FileChannel.open(path, StandardOpenOption.WRITE);
      channel.truncate(length).position(Math.min(length, channel.size()));
      out = new BufferedOutputStream(Channels.newOutputStream(channel));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  void add(LoadedEvent.Bad bad) {
    try {
      out.write((Json.line(bad) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Writes what is held; returns the file's length, which without a file is that of before. */
  long flush() {
    try {
      out.flush();
      return channel == null ? settled : channel.position();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private UserException unwritable(IOException e) {
    return new UserException("%s cannot be written: %s".formatted(path, e.getMessage()), e);
  }
}
