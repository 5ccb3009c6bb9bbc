package io.hydra.evaluation.report;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file whole or not at all: a draft beside it, then moved into place. */
public final class DraftFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DraftFile() {}

  /** Missing folders are made. */
  public static void write(Path file, String text) throws IOException {
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path draft = target.resolveSibling(target.getFileName() + ".draft");
    Files.writeString(draft, text);
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The same of JSON, two spaces deep, with the same line ends on every system. */
  public static void writeJson(Path file, Object value) throws IOException {
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    var printer = new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent);
    write(file, JSON.writer(printer).writeValueAsString(value) + "\n");
  }
}
